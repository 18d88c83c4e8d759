#include "net/disk_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <system_error>
#include <utility>

namespace firmament::net {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kBlock = 4096;                     // what the smallest file really takes
constexpr std::chrono::seconds kTouchInterval{60};    // use is noted no more often
constexpr std::chrono::hours kAbandoned{1};           // a part file that old has no writer any more

class Fd {
public:
    explicit Fd(int fd) : fd_(fd) {}
    ~Fd()
    {
        if (fd_ >= 0) ::close(fd_);
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_;
};

bool readAll(int fd, void* to, size_t length)
{
    auto* p = static_cast<char*>(to);
    while (length > 0) {
        const ssize_t n = ::read(fd, p, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        p += n;
        length -= static_cast<size_t>(n);
    }
    return true;
}

bool writeAll(int fd, const void* from, size_t length)
{
    const auto* p = static_cast<const char*>(from);
    while (length > 0) {
        const ssize_t n = ::write(fd, p, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        p += n;
        length -= static_cast<size_t>(n);
    }
    return true;
}

uint64_t onDisk(uint64_t bytes) { return (bytes + kBlock - 1) / kBlock * kBlock; }

enum class Found { Whole, Damaged, Foreign };

/// Leaves the file at the body; nothing when it is damaged.
std::optional<EntryHead> readHead(int fd, uint64_t fileSize)
{
    std::string preamble(kPreambleBytes, '\0');
    if (fileSize < preamble.size() || !readAll(fd, preamble.data(), preamble.size())) return std::nullopt;
    const auto length = headLength(preamble);
    if (!length || preamble.size() + *length > fileSize) return std::nullopt;
    std::string bytes(*length, '\0');
    if (!readAll(fd, bytes.data(), bytes.size())) return std::nullopt;
    auto head = unpackEntryHead(preamble, bytes);
    if (head && head->bodyLength != fileSize - preamble.size() - bytes.size()) return std::nullopt;
    return head;
}

Found readEntry(int fd, uint64_t fileSize, const std::string& key, CacheEntry& out)
{
    auto head = readHead(fd, fileSize);
    if (!head) return Found::Damaged;
    if (head->key != key) return Found::Foreign; // two requests with the same hash
    auto body = std::make_shared<Bytes>(static_cast<size_t>(head->bodyLength));
    if (!readAll(fd, body->data(), body->size()) || !isBodyOf(*head, *body)) return Found::Damaged;
    out = std::move(head->entry);
    out.body = std::move(body);
    return Found::Whole;
}

void noteUse(int fd, const struct stat& st)
{
    if (std::time(nullptr) - st.st_mtim.tv_sec < kTouchInterval.count()) return;
    const timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    ::futimens(fd, times); // a read-only folder still serves, only its order of use is not kept
}

/// "[tiles] GET ..." lies on "tiles". Only plain words: a shelf is a folder.
std::string shelfOf(const std::string& key)
{
    const size_t end = key.starts_with('[') ? key.find(']') : std::string::npos;
    if (end == std::string::npos || end < 2 || end > 32) return "other";
    const std::string name = key.substr(1, end - 1);
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    return plain ? name : "other";
}

struct Stored {
    fs::path path;
    std::string shelf;
    uint64_t bytes = 0;
    fs::file_time_type used;
};

/// All entries; part files whose writers are long gone are deleted on the way.
std::vector<Stored> storedIn(const fs::path& root)
{
    std::vector<Stored> all;
    std::error_code failure;
    const auto now = fs::file_time_type::clock::now();
    for (fs::recursive_directory_iterator it(root, failure), end; !failure && it != end; it.increment(failure)) {
        std::error_code gone; // another program may delete it meanwhile
        if (!it->is_regular_file(gone) || gone) continue;
        const auto used = it->last_write_time(gone);
        if (gone) continue;
        if (it->path().filename().string().starts_with(".part-")) {
            if (now - used > kAbandoned) fs::remove(it->path(), gone);
            continue;
        }
        const uint64_t bytes = it->file_size(gone);
        if (!gone) all.push_back({it->path(), fs::path(it->path().lexically_relative(root)).begin()->string(), onDisk(bytes), used});
    }
    return all;
}

} // namespace

DiskCache::DiskCache(const fs::path& folder, uint64_t limit) : root_(folder / "http-2"), limit_(limit) {}

fs::path DiskCache::fileOf(const std::string& key) const
{
    char name[40];
    std::snprintf(name, sizeof name, "%016llx%016llx", static_cast<unsigned long long>(checksum(asBytes(key), 3)),
                  static_cast<unsigned long long>(checksum(asBytes(key), 4)));
    return root() / shelfOf(key) / std::string(name, 2) / name;
}

std::optional<CacheEntry> DiskCache::read(const std::string& key)
{
    const fs::path path = fileOf(key);
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat st {};
    if (!fd || ::fstat(fd.get(), &st) != 0 || !S_ISREG(st.st_mode)) return std::nullopt;
    CacheEntry entry;
    switch (readEntry(fd.get(), static_cast<uint64_t>(st.st_size), key, entry)) {
    case Found::Foreign: return std::nullopt;
    case Found::Damaged: remove(key); return std::nullopt;
    case Found::Whole: break;
    }
    noteUse(fd.get(), st);
    return entry;
}

bool DiskCache::holds(const std::string& key) const
{
    const fs::path path = fileOf(key);
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat st {};
    if (!fd || ::fstat(fd.get(), &st) != 0 || !S_ISREG(st.st_mode)) return false;
    const auto head = readHead(fd.get(), static_cast<uint64_t>(st.st_size));
    return head && head->key == key && !head->entry.negative();
}

bool DiskCache::write(const std::string& key, const CacheEntry& entry)
{
    const ByteView body = entry.body ? ByteView(*entry.body) : ByteView();
    const auto head = packEntryHead(key, entry);
    if (!head) return false;
    const uint64_t size = head->size() + body.size();
    if (onDisk(size) > limit() / 4) return false;

    const fs::path path = fileOf(key);
    std::error_code failure;
    fs::create_directories(path.parent_path(), failure);
    if (failure) return false;
    const fs::path beside =
        path.parent_path() / (".part-" + std::to_string(::getpid()) + "-" + std::to_string(counter_.fetch_add(1)));
    struct stat old {};
    const bool replaces = ::stat(path.c_str(), &old) == 0;
    {
        Fd fd(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!fd) return false;
        // No fsync: after a power cut the checksums tell, and the answer is asked for again.
        if (!writeAll(fd.get(), head->data(), head->size()) || !writeAll(fd.get(), body.data(), body.size())) {
            ::unlink(beside.c_str());
            return false;
        }
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) {
        ::unlink(beside.c_str());
        return false;
    }
    const uint64_t before = replaces ? onDisk(static_cast<uint64_t>(old.st_size)) : 0;
    const uint64_t now = used_.fetch_add(onDisk(size) - before) + onDisk(size) - before;
    count(shelfOf(key), onDisk(size), before);
    // Another program may be filling the folder too, so count again now and then.
    const uint64_t written = writtenSinceTidy_.fetch_add(onDisk(size)) + onDisk(size);
    if (now > limit() || written > limit() / 16) makeRoom();
    return true;
}

void DiskCache::remove(const std::string& key)
{
    const fs::path path = fileOf(key);
    struct stat st {};
    if (::stat(path.c_str(), &st) != 0 || ::unlink(path.c_str()) != 0) return;
    const uint64_t freed = onDisk(static_cast<uint64_t>(st.st_size));
    uint64_t used = used_.load();
    while (!used_.compare_exchange_weak(used, used > freed ? used - freed : 0)) {
    }
    count(shelfOf(key), 0, freed);
}

fs::path DiskCache::root() const
{
    std::lock_guard lock(mutex_);
    return root_;
}

void DiskCache::count(const std::string& shelf, uint64_t more, uint64_t less)
{
    std::lock_guard lock(mutex_);
    uint64_t& bytes = usedBy_[shelf];
    bytes = bytes + more > less ? bytes + more - less : 0;
}

std::vector<CacheShelf> DiskCache::shelves() const
{
    std::lock_guard lock(mutex_);
    std::vector<CacheShelf> out;
    for (const auto& [name, bytes] : usedBy_)
        if (bytes > 0) out.push_back({name, bytes});
    return out;
}

void DiskCache::setFolder(const fs::path& folder)
{
    std::lock_guard lock(mutex_);
    root_ = folder / "http-2";
    usedBy_.clear();
    used_.store(0);
}

std::function<void()> DiskCache::clear(const std::string& shelf)
{
    const fs::path root = this->root();
    // Renamed aside, so that it is empty at once; the next tidy() removes what a killed program left of it.
    const fs::path aside =
        root.parent_path() / ("http-old-" + std::to_string(::getpid()) + "-" + std::to_string(counter_.fetch_add(1)));
    std::error_code failure;
    fs::rename(shelf.empty() ? root : root / shelf, aside, failure);
    {
        std::lock_guard lock(mutex_);
        if (shelf.empty()) {
            usedBy_.clear();
            used_.store(0);
        } else {
            const uint64_t freed = std::exchange(usedBy_[shelf], 0);
            uint64_t used = used_.load();
            while (!used_.compare_exchange_weak(used, used > freed ? used - freed : 0)) {
            }
        }
    }
    return [aside] {
        std::error_code ignored;
        fs::remove_all(aside, ignored);
    };
}

void DiskCache::tidy()
{
    std::lock_guard only(tidying_);
    removeCleared();
    // Others may write during the count, so it may have to be done again.
    for (int round = 0; round < 3; ++round) {
        recount();
        if (bytesUsed() <= limit()) return;
    }
}

void DiskCache::makeRoom()
{
    std::lock_guard only(tidying_);
    // Whoever held the lock may have done it already.
    for (int round = 0; round < 3 && (bytesUsed() > limit() || writtenSinceTidy_.load() > limit() / 16); ++round) recount();
}

void DiskCache::removeCleared()
{
    std::error_code failure;
    for (fs::directory_iterator it(root().parent_path(), failure), end; !failure && it != end; it.increment(failure)) {
        if (!it->path().filename().string().starts_with("http-old-")) continue;
        std::error_code ignored;
        fs::remove_all(it->path(), ignored);
    }
}

void DiskCache::recount()
{
    writtenSinceTidy_.store(0);
    const uint64_t before = used_.load();
    const fs::path root = this->root();
    std::vector<Stored> all = storedIn(root);
    uint64_t total = 0;
    std::map<std::string, uint64_t> by;
    for (const Stored& s : all) {
        total += s.bytes;
        by[s.shelf] += s.bytes;
    }
    if (total > limit()) {
        std::sort(all.begin(), all.end(), [](const Stored& a, const Stored& b) { return a.used < b.used; });
        const uint64_t goal = limit() / 10 * 9;
        for (const Stored& s : all) {
            if (total <= goal) break;
            std::error_code failure;
            fs::remove(s.path, failure);
            if (failure) continue;
            total -= s.bytes;
            by[s.shelf] -= s.bytes;
        }
    }
    {
        std::lock_guard lock(mutex_);
        if (root != root_) return; // moved meanwhile
        usedBy_ = std::move(by);
    }
    // What was written meanwhile may have been counted or not: better too much than too little.
    uint64_t after = used_.load();
    while (!used_.compare_exchange_weak(after, total + (after > before ? after - before : 0))) {
    }
}

} // namespace firmament::net
