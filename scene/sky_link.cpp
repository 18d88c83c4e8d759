#include "scene/sky_link.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "scene/survey_text.h"
#include "sky/text.h"

namespace firmament::scene {

namespace {

constexpr size_t kMostText = 16384, kMostSurveys = 50;
constexpr double kMostYears = 100000;

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

Error wrong(std::string what) { return Error{Errc::Parse, std::move(what), "link", 0, false}; }

int hexDigit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// As forms are encoded: "+" is a blank. In positions it makes no difference.
std::string decoded(std::string_view text)
{
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
        const int low = high >= 0 ? hexDigit(text[i + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string encoded(std::string_view text)
{
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-._~/:,").find(c) != std::string_view::npos;
        if (plain) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

struct Address {
    std::string scheme, host, path;
    std::vector<std::pair<std::string, std::string>> query; ///< keys in lower case, in their order
    const std::string* find(std::string_view key) const
    {
        for (const auto& [k, v] : query)
            if (k == key) return &v;
        return nullptr;
    }
};

std::optional<Address> addressFrom(std::string_view text)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || text.size() > kMostText) return std::nullopt;
    Address a;
    a.scheme = lower(text.substr(0, colon));
    std::string_view rest = text.substr(colon + 1);
    rest = rest.substr(0, rest.find('#'));
    const auto mark = rest.find('?');
    std::string_view query = mark == std::string_view::npos ? std::string_view() : rest.substr(mark + 1);
    rest = rest.substr(0, mark);
    if (rest.starts_with("//")) {
        rest.remove_prefix(2);
        const auto slash = rest.find('/');
        a.host = lower(rest.substr(0, slash));
        a.path = slash == std::string_view::npos ? "" : lower(rest.substr(slash));
    } else {
        a.path = lower(rest);
    }
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view part = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        if (part.empty()) continue;
        const auto equals = part.find('=');
        a.query.emplace_back(lower(decoded(part.substr(0, equals))), equals == std::string_view::npos ? "" : decoded(part.substr(equals + 1)));
    }
    return a;
}

std::optional<SkyLink::Kind> kindOf(const Address& a)
{
    if (a.scheme == "firmament") return SkyLink::Kind::Firmament;
    if ((a.scheme != "http" && a.scheme != "https") || a.query.empty()) return std::nullopt;
    if (a.host == "das.datacentral.org.au" && a.find("ra") && a.find("dec")) return SkyLink::Kind::Das;
    if (a.path.find("/aladinlite") != std::string::npos) return SkyLink::Kind::AladinLite;
    const bool place = a.find("target") || a.find("hips") || a.find("fov");
    if (place && (a.host == "sky.esa.int" || a.host == "sky.esac.esa.int" || a.path.find("/esasky") == 0)) return SkyLink::Kind::EsaSky;
    return std::nullopt;
}

/// Reads the parts of one link; what cannot be read is an error in a link of our own, and passed over in another's.
class Reader {
public:
    Reader(const Address& address, SkyLink::Kind kind) : a_(address) { out_.value.kind = kind; }

    Expected<Read<SkyLink>> read()
    {
        for (const auto& [key, value] : a_.query) {
            if (auto done = take(key, value); !done) return done.error();
        }
        if (link().kind == SkyLink::Kind::Das) takeDas();
        if (!link().target.empty()) placeTarget();
        if (trouble_) return *trouble_;
        if (link().target.empty() && !link().fov && link().surveys.empty())
            return wrong(link().kind == SkyLink::Kind::Firmament ? "it says neither target nor fov nor survey. Example: firmament://view?target=M31&fov=2"
                                                                 : "it says neither a place nor a survey");
        return std::move(out_);
    }

private:
    SkyLink& link() { return out_.value; }
    bool own() const { return out_.value.kind == SkyLink::Kind::Firmament; }

    Expected<void> refuse(const std::string& key, const std::string& value, const std::string& expected)
    {
        const std::string what = key + " is \"" + value.substr(0, 80) + "\", expected " + expected;
        if (own()) return wrong(what);
        out_.warnings.push_back(what + "; passed over");
        return {};
    }

    Expected<void> take(const std::string& key, const std::string& value)
    {
        if (value.empty()) return {};
        if (key == "target") link().target = value;
        else if (key == "fov" && link().kind != SkyLink::Kind::Das) return takeFov(value);
        else if (key == "projection") return takeWord(key, value, link().projection, sky::projFromCode(value), "TAN, SIN, STG, ZEA, ARC, AIT, MOL, CAR, MER or HPX");
        else if (key == "survey" || key == "hips") return takeSurvey(value);
        else if (key == "frame" || key == "cooframe") return takeFrame(key, value);
        else if (own()) return takeOwn(key, value);
        else if (link().kind != SkyLink::Kind::Das && (key == "overlays" || key == "bibcode")) out_.warnings.push_back(key + " of the link is not shown");
        else if (link().kind == SkyLink::Kind::Das && (key == "cat" || key == "img" || key == "viz")) out_.warnings.push_back(key + "=" + value.substr(0, 40) + " of the link is not shown");
        return {};
    }

    Expected<void> takeOwn(const std::string& key, const std::string& value)
    {
        if (key == "roll") {
            const auto roll = sky::parseAngle(value);
            if (!roll) return refuse(key, value, "an angle like 30 or -12.5");
            link().roll = *roll;
        } else if (key == "mirror") {
            if (value != "true" && value != "false") return refuse(key, value, "true or false");
            link().mirror = value == "true";
        } else if (key == "grid") {
            const auto frame = sky::frameFromName(value);
            if (!frame && value != "off") return refuse(key, value, "off, icrs, galactic or ecliptic");
            link().grid = GridState{frame.has_value(), frame.value_or(sky::Frame::Icrs), true};
        } else if (key == "epoch") {
            double year = 0;
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), year);
            if (error != std::errc() || end != value.data() + value.size() || !(std::abs(year) <= kMostYears)) return refuse(key, value, "a year like 2015.5");
            link().epoch = year;
        } else {
            out_.warnings.push_back("\"" + key.substr(0, 40) + "\" is no part of a link; passed over");
        }
        return {};
    }

    template <class T> Expected<void> takeWord(const std::string& key, const std::string& value, std::optional<T>& to, std::optional<T> read, const char* expected)
    {
        if (!read) return refuse(key, value, expected);
        to = read;
        return {};
    }

    Expected<void> takeFrame(const std::string& key, const std::string& value)
    {
        const std::string name = lower(value);
        std::optional<sky::Frame> frame = sky::frameFromName(name);
        if (name == "j2000" || name == "icrsd" || name == "j2000d") frame = sky::Frame::Icrs;
        if (name == "body" && own()) frame = sky::Frame::Body;
        return takeWord(key, value, link().frame, frame, "icrs, galactic, ecliptic or body");
    }

    Expected<void> takeFov(const std::string& value)
    {
        const auto fov = sky::parseAngle(value);
        if (!fov || !(fov->rad() > 0) || fov->deg() > 720) return refuse("fov", value, "an angle above 0 like 1.5, 20m or 30s");
        link().fov = *fov;
        return {};
    }

    Expected<void> takeSurvey(const std::string& value)
    {
        if (link().surveys.size() >= kMostSurveys) return wrong("more than " + std::to_string(kMostSurveys) + " surveys");
        if (own()) {
            auto layer = surveyFromText(value, 0);
            if (!layer) return wrong("survey: " + layer.error().what);
            link().surveys.push_back(std::move(*layer));
            return {};
        }
        LayerState layer; // an id or a title as it is: a comma belongs to it
        layer.name = value;
        SurveyState survey;
        survey.source = value;
        layer.content = survey;
        link().surveys = {layer};
        return {};
    }

    void takeDas()
    {
        link().target = *a_.find("ra") + " " + *a_.find("dec");
        if (const std::string* fov = a_.find("fov"); fov && !fov->empty()) {
            if (const auto arcmin = sky::parseAngle(*fov + "m"); arcmin && arcmin->rad() > 0) link().fov = *arcmin;
            else (void)refuse("FOV", *fov, "arcminutes like 5");
        }
        if (!sky::parsePosition(link().target)) trouble_ = wrong("RA and DEC are \"" + link().target + "\", expected a position");
    }

    void placeTarget()
    {
        const bool body = link().frame == sky::Frame::Body;
        const auto pos = sky::parsePosition(link().target);
        if (pos) {
            link().pos = *pos;
            if (body) link().pos->frame = sky::Frame::Body;
        } else if (pos.error().code != Errc::NotFound || body) {
            trouble_ = wrong("target is \"" + link().target.substr(0, 80) + "\": " + pos.error().what);
        }
    }

    const Address& a_;
    Read<SkyLink> out_;
    std::optional<Error> trouble_;
};

} // namespace

bool isSkyLink(std::string_view text)
{
    const auto address = addressFrom(text);
    return address && kindOf(*address);
}

Expected<Read<SkyLink>> parseSkyLink(std::string_view text)
{
    const auto address = addressFrom(text);
    const auto kind = address ? kindOf(*address) : std::nullopt;
    if (!kind) return wrong("expected firmament://view?target=..., or a link of ESASky, Aladin Lite or the Data Aggregation Service");
    return Reader(*address, *kind).read();
}

std::string linkTo(const Document& document, const sky::SkyPos& target)
{
    const sky::SkyView& view = document.view;
    const bool body = view.frame() == sky::Frame::Body;
    const sky::SkyPos at = body ? target : sky::converted(target, sky::Frame::Icrs);
    const double pixel = std::max(view.pixelScale().deg(), 1e-12);
    const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(pixel / 10))), 3, 13);
    const int digits = std::clamp(5 - static_cast<int>(std::floor(std::log10(view.fov().deg()))), 0, 14);
    std::string out = "firmament://view?target=" + encoded(sky::formatLongitudeDeg(at.lon, decimals) + " " + sky::formatDeg(at.lat, decimals)) + "&fov=" + sky::formatDeg(view.fov(), digits) +
                      "&frame=" + lower(sky::frameName(view.frame())) + "&projection=" + sky::info(view.projection()).code;
    if (std::abs(view.roll().deg()) > 5e-4) out += "&roll=" + sky::formatDeg(view.roll(), 3);
    if (view.mirror()) out += "&mirror=true";
    if (document.overlays.grid.on) out += "&grid=" + lower(sky::frameName(document.overlays.grid.frame));
    if (document.epoch.jyear != 2000) out += "&epoch=" + sky::formatDeg(sky::Angle::deg(document.epoch.jyear), 3);
    for (const LayerState& layer : document.layers)
        if (const std::string text = layer.visible ? surveyText(layer) : std::string(); !text.empty()) out += "&survey=" + encoded(text);
    return out;
}

} // namespace firmament::scene
