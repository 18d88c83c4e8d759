#include "net/transfer.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "net/headers.h"

#ifndef FIRMAMENT_VERSION
#define FIRMAMENT_VERSION "0"
#endif

namespace firmament::net {
namespace {

constexpr size_t kMaxHeadBytes = 256 << 10;
constexpr uint64_t kReserveAtMost = 4 << 20; // what a Content-Length may claim before its bytes have come
constexpr long kReceiveBuffer = 64 << 10;
constexpr std::chrono::milliseconds kConnectSlack{1000}; // curl's own limit comes first

template <class T> void set(CURL* easy, CURLoption option, T value) { curl_easy_setopt(easy, option, value); }

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

std::string seconds(std::chrono::milliseconds t)
{
    const auto tenths = t.count() / 100;
    return std::to_string(tenths / 10) + (tenths % 10 ? "." + std::to_string(tenths % 10) : "") + " s";
}

bool usesTls(const Url& url) { return url.scheme == "https"; }

} // namespace

TransferSettings TransferSettings::from(const NetOptions& options)
{
    const curl_version_info_data* curl = curl_version_info(CURLVERSION_NOW);
    TransferSettings s;
    s.userAgent = options.userAgent.empty()
                      ? "Firmament/" FIRMAMENT_VERSION " (desktop sky atlas; libcurl/" + std::string(curl->version) + ")"
                      : options.userAgent;
    s.proxy = options.proxy;
    if (s.proxy.empty()) {
        s.noProxy = environment("no_proxy");
        if (s.noProxy.empty()) s.noProxy = environment("NO_PROXY");
        if (s.noProxy != "*") s.noProxy += (s.noProxy.empty() ? "" : ",") + std::string("localhost,127.0.0.1,::1");
    }
    s.caFile = options.caFile.empty() ? environment("SSL_CERT_FILE") : options.caFile;
    if (curl->features & CURL_VERSION_LIBZ) s.encodings = "gzip, deflate";
    if (curl->features & CURL_VERSION_BROTLI) s.encodings += s.encodings.empty() ? "br" : ", br";
    s.maxRedirects = options.maxRedirects;
    return s;
}

Transfer::Transfer(Easy easy, const TransferSettings& settings, TransferSpec spec, Time now)
    : easy_(std::move(easy)), spec_(std::move(spec)), begun_(now), lastByte_(now)
{
    configure(settings);
}

Easy Transfer::releaseEasy()
{
    curl_easy_reset(easy_.get());
    return std::move(easy_);
}

void Transfer::configure(const TransferSettings& settings)
{
    CURL* e = easy_.get();
    set(e, CURLOPT_URL, spec_.url.text().c_str());
    set(e, CURLOPT_PROTOCOLS_STR, "http,https");
    set(e, CURLOPT_REDIR_PROTOCOLS_STR, usesTls(spec_.url) ? "https" : "http,https"); // what was secure stays so
    set(e, CURLOPT_FOLLOWLOCATION, 1L);
    set(e, CURLOPT_MAXREDIRS, static_cast<long>(settings.maxRedirects));
    set(e, CURLOPT_NOSIGNAL, 1L);
    set(e, CURLOPT_QUICK_EXIT, 1L); // giving up must not wait for a name server that does not answer
    set(e, CURLOPT_USERAGENT, settings.userAgent.c_str());
    if (!settings.proxy.empty()) set(e, CURLOPT_PROXY, settings.proxy.c_str());
    if (!settings.noProxy.empty()) set(e, CURLOPT_NOPROXY, settings.noProxy.c_str());
    set(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(e, CURLOPT_SSL_VERIFYPEER, 1L);
    set(e, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!settings.caFile.empty()) set(e, CURLOPT_CAINFO, settings.caFile.c_str());
    set(e, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // The first of many requests shows whether the host multiplexes; the others wait for that rather than connect too.
    if (usesTls(spec_.url)) set(e, CURLOPT_PIPEWAIT, 1L);
    set(e, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(spec_.connectTimeout.count()));
    set(e, CURLOPT_BUFFERSIZE, kReceiveBuffer);
    set(e, CURLOPT_TCP_KEEPALIVE, 1L);
    set(e, CURLOPT_ERRORBUFFER, errorText_);
    set(e, CURLOPT_HEADERFUNCTION, &Transfer::onHeader);
    set(e, CURLOPT_HEADERDATA, this);
    set(e, CURLOPT_WRITEFUNCTION, &Transfer::onBody);
    set(e, CURLOPT_WRITEDATA, this);
    set(e, CURLOPT_PREREQFUNCTION, &Transfer::onConnected);
    set(e, CURLOPT_PREREQDATA, this);
    // The only way to hear that a body went on beyond its Content-Length.
    set(e, CURLOPT_DEBUGFUNCTION, &Transfer::onDebug);
    set(e, CURLOPT_DEBUGDATA, this);
    set(e, CURLOPT_VERBOSE, 1L);

    bool acceptsEncoding = !settings.encodings.empty();
    curl_slist* list = curl_slist_append(nullptr, "Expect:");
    for (const Header& h : spec_.headers) {
        // A part of a compressed answer cannot be inflated.
        if (equalNoCase(h.name, "Range") || equalNoCase(h.name, "Accept-Encoding")) acceptsEncoding = false;
        list = curl_slist_append(list, (h.name + (h.value.empty() ? ";" : ": " + h.value)).c_str());
    }
    list_.reset(list);
    set(e, CURLOPT_HTTPHEADER, list_.get());
    if (acceptsEncoding) set(e, CURLOPT_ACCEPT_ENCODING, settings.encodings.c_str());

    if (spec_.method == "HEAD") {
        set(e, CURLOPT_NOBODY, 1L);
    } else if (spec_.method != "GET" || !spec_.body.empty()) {
        set(e, CURLOPT_POSTFIELDS, spec_.body.c_str());
        set(e, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(spec_.body.size()));
        if (spec_.method != "POST") set(e, CURLOPT_CUSTOMREQUEST, spec_.method.c_str());
        set(e, CURLOPT_XFERINFOFUNCTION, &Transfer::onProgress);
        set(e, CURLOPT_XFERINFODATA, this);
        set(e, CURLOPT_NOPROGRESS, 0L);
    }
}

Transfer::Time Transfer::deadline() const
{
    return connected_ ? lastByte_ + spec_.idleTimeout : begun_ + spec_.connectTimeout + kConnectSlack;
}

std::string Transfer::overdueText() const
{
    if (!connected_) return "no connection to " + spec_.url.origin() + " within " + seconds(spec_.connectTimeout);
    std::string text = "the server sent nothing for " + seconds(spec_.idleTimeout);
    if (body_.empty()) return text + ", expected an answer";
    text += ", after " + std::to_string(body_.size());
    return text + (expected() ? " of " + std::to_string(expected()) : std::string()) + " bytes";
}

size_t Transfer::takeHeader(std::string_view line)
{
    lastByte_ = std::chrono::steady_clock::now();
    headBytes_ += line.size();
    if (headBytes_ > kMaxHeadBytes) {
        headTooLarge_ = true;
        return 0;
    }
    const size_t size = line.size();
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) { // the answer after a redirect or a 100 replaces what came before
        headers_.clear();
        contentLength_ = 0;
        encoded_ = false;
        const size_t code = line.find(' ');
        const size_t text = code == std::string_view::npos ? code : line.find(' ', code + 1);
        reason_ = text == std::string_view::npos ? std::string() : std::string(line.substr(text + 1));
        return size;
    }
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos || !body_.empty()) return size;
    std::string_view value = line.substr(colon + 1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    const std::string_view name = line.substr(0, colon);
    if (equalNoCase(name, "Content-Length")) std::from_chars(value.data(), value.data() + value.size(), contentLength_);
    if (equalNoCase(name, "Content-Encoding")) encoded_ = !equalNoCase(value, "identity");
    headers_.push_back({std::string(name), std::string(value)});
    return size;
}

size_t Transfer::takeBody(const char* data, size_t size)
{
    lastByte_ = std::chrono::steady_clock::now();
    const uint64_t room = spec_.maxBytes - std::min<uint64_t>(spec_.maxBytes, body_.size());
    if (size > room || expected() > spec_.maxBytes) {
        tooLarge_ = true;
        return size == 0 ? 1 : 0; // anything but `size` ends the transfer
    }
    if (body_.empty() && expected() > size)
        body_.reserve(static_cast<size_t>(std::min({expected(), kReserveAtMost, spec_.maxBytes})));
    const auto* bytes = reinterpret_cast<const std::byte*>(data);
    body_.insert(body_.end(), bytes, bytes + size);
    if (onBytes) onBytes();
    return size;
}

size_t Transfer::onHeader(char* data, size_t size, size_t count, void* self)
{
    return static_cast<Transfer*>(self)->takeHeader({data, size * count});
}

size_t Transfer::onBody(char* data, size_t size, size_t count, void* self)
{
    return static_cast<Transfer*>(self)->takeBody(data, size * count);
}

int Transfer::onProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t uploaded)
{
    auto* t = static_cast<Transfer*>(self);
    if (uploaded != t->uploaded_) t->lastByte_ = std::chrono::steady_clock::now();
    t->uploaded_ = uploaded;
    return 0;
}

int Transfer::onConnected(void* self, char*, char*, int, int)
{
    auto* t = static_cast<Transfer*>(self);
    t->connected_ = true;
    t->lastByte_ = std::chrono::steady_clock::now();
    return CURL_PREREQFUNC_OK;
}

int Transfer::onDebug(CURL*, curl_infotype type, char* data, size_t size, void* self)
{
    if (type == CURLINFO_TEXT && std::string_view(data, size).starts_with("Excess found"))
        static_cast<Transfer*>(self)->excess_ = true;
    return 0;
}

Transfer::Outcome Transfer::finish(CURLcode code)
{
    Outcome out = code == CURLE_OK ? Outcome() : failure(code);
    CURL* e = easy_.get();
    long status = 0, version = 0;
    curl_off_t bytes = 0;
    char* effective = nullptr;
    curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(e, CURLINFO_HTTP_VERSION, &version);
    curl_easy_getinfo(e, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
    curl_easy_getinfo(e, CURLINFO_EFFECTIVE_URL, &effective);
    out.status = static_cast<int>(status);
    out.http2 = version == CURL_HTTP_VERSION_2_0;
    out.lineBytes = static_cast<uint64_t>(std::max<curl_off_t>(0, bytes));
    out.finalUrl = effective ? effective : "";
    out.excess = excess_;
    out.reason = std::move(reason_);
    out.headers = std::move(headers_);
    out.body = std::move(body_);
    if (out.body.capacity() > out.body.size() + out.body.size() / 4) out.body.shrink_to_fit(); // it will be kept
    return out;
}

Transfer::Outcome Transfer::failure(CURLcode code)
{
    const std::string detail = errorText_[0] ? errorText_ : curl_easy_strerror(code);
    const std::string origin = spec_.url.origin();
    Outcome out;
    Error& e = out.error;
    e.where = spec_.url.shown();
    const auto say = [&](Kind kind, Errc errc, std::string what) {
        out.kind = kind;
        e.code = errc;
        e.what = std::move(what);
        e.retry = kind != Kind::Refused;
        return out;
    };
    if (tooLarge_)
        return say(Kind::Refused, Errc::TooLarge, "has more than the " + std::to_string(spec_.maxBytes) +
                                                      " bytes that were allowed for it" + (encoded_ ? " (after decompression)" : ""));
    if (headTooLarge_) return say(Kind::Refused, Errc::TooLarge, "the answer's headers have more than 256 KiB");
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return say(Kind::Unreached, Errc::Network, "no address is known for the host of " + origin);
    case CURLE_COULDNT_RESOLVE_PROXY: return say(Kind::Unreached, Errc::Network, "no address is known for the proxy: " + detail);
    case CURLE_COULDNT_CONNECT: return say(Kind::Unreached, Errc::Network, "no connection to " + origin + ": " + detail);
    case CURLE_OPERATION_TIMEDOUT:
        return say(connected_ ? Kind::Silent : Kind::Unreached, Errc::Timeout, overdueText());
    case CURLE_PARTIAL_FILE:
        return say(Kind::Broken, Errc::Network, "the answer ended early: " + std::to_string(body_.size()) + " bytes came" +
                                                    (expected() ? ", expected " + std::to_string(expected()) : std::string()));
    case CURLE_GOT_NOTHING: return say(Kind::Broken, Errc::Network, origin + " closed the connection without an answer");
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return say(Kind::Broken, Errc::Network, "the connection to " + origin + " broke: " + detail);
    case CURLE_SSL_CONNECT_ERROR: return say(Kind::Unreached, Errc::Network, "no secure connection to " + origin + ": " + detail);
    case CURLE_TOO_MANY_REDIRECTS: return say(Kind::Refused, Errc::Http, "redirects too often: " + detail);
    case CURLE_UNSUPPORTED_PROTOCOL:
        return say(Kind::Refused, Errc::Unsupported, usesTls(spec_.url) ? "redirects to something that is not https, expected a secure address: " + detail
                                                                        : "redirects to something that is not http or https: " + detail);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return say(Kind::Refused, Errc::Network, "the certificate of " + origin + " is not to be trusted: " + detail);
    case CURLE_BAD_CONTENT_ENCODING: return say(Kind::Refused, Errc::Parse, "is compressed wrongly: " + detail);
    default: return say(Kind::Refused, Errc::Network, detail);
    }
}

} // namespace firmament::net
