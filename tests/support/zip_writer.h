// Zip archives as a test wants them, right ones and wrong ones. Stored or deflated; sizes and names can be lied about.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <zlib.h>

#include "core/files.h"

namespace firmament::testing {

class ZipWriter {
public:
    struct Lies {
        uint16_t method = 0xFFFF; ///< another number than the true one
        uint16_t flags = 0;
        int64_t size = -1;        ///< unpacked, as the list says
        bool crc = false;         ///< a wrong one
        bool wide = false;        ///< no lie: sizes and place in 64 bits
    };
    void add(const std::string& name, const std::string& content, bool deflated, const Lies& lies) { files_.push_back({name, content, deflated, lies}); }
    void add(const std::string& name, const std::string& content, bool deflated = true) { add(name, content, deflated, Lies{}); }
    void addFolder(const std::filesystem::path& folder, const std::string& prefix)
    {
        for (const auto& e : std::filesystem::recursive_directory_iterator(folder)) {
            const std::string name = prefix + std::filesystem::relative(e.path(), folder).generic_string();
            if (e.is_directory()) add(name + "/", "", false);
            else if (const auto bytes = readFile(e.path())) add(name, std::string(asText(*bytes)));
        }
    }
    std::string bytes() const
    {
        std::string out, list;
        for (const File& f : files_) {
            const std::string packed = f.deflated ? deflated(f.content) : f.content;
            const uint32_t crc = static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(f.content.data()), static_cast<uInt>(f.content.size()))) ^ (f.lies.crc ? 1u : 0u);
            const auto method = f.lies.method != 0xFFFF ? f.lies.method : static_cast<uint16_t>(f.deflated ? 8 : 0);
            const uint64_t size = f.lies.size >= 0 ? static_cast<uint64_t>(f.lies.size) : f.content.size(), at = out.size();
            const bool wide = f.lies.wide;
            std::string extra;
            if (wide) {
                put(extra, 1, 2);
                put(extra, 24, 2);
                for (const uint64_t v : {size, static_cast<uint64_t>(packed.size()), at}) put(extra, v, 8);
            }
            put(out, 0x04034b50, 4);
            for (const auto& [v, n] : std::initializer_list<std::pair<uint64_t, int>>{{20, 2}, {f.lies.flags, 2}, {method, 2}, {0, 4}, {crc, 4}, {packed.size(), 4}, {size, 4}, {f.name.size(), 2}, {0, 2}}) put(out, v, n);
            out += f.name + packed;
            put(list, 0x02014b50, 4);
            for (const auto& [v, n] : std::initializer_list<std::pair<uint64_t, int>>{{45, 2}, {20, 2}, {f.lies.flags, 2}, {method, 2}, {0, 4}, {crc, 4}, {wide ? 0xFFFFFFFF : packed.size(), 4},
                                                                                   {wide ? 0xFFFFFFFF : size, 4}, {f.name.size(), 2}, {extra.size(), 2}, {0, 2}, {0, 2}, {0, 2}, {0, 4}, {wide ? 0xFFFFFFFF : at, 4}})
                put(list, v, n);
            list += f.name + extra;
        }
        const uint64_t at = out.size();
        out += list;
        put(out, 0x06054b50, 4);
        for (const auto& [v, n] : std::initializer_list<std::pair<uint64_t, int>>{{0, 2}, {0, 2}, {files_.size(), 2}, {files_.size(), 2}, {list.size(), 4}, {at, 4}, {5, 2}}) put(out, v, n);
        return out + "hello";
    }
    void write(const std::filesystem::path& file) const
    {
        const std::string all = bytes();
        std::ofstream(file, std::ios::binary).write(all.data(), static_cast<std::streamsize>(all.size()));
    }

private:
    struct File {
        std::string name, content;
        bool deflated;
        Lies lies;
    };
    static void put(std::string& out, uint64_t v, int bytes)
    {
        for (int i = 0; i < bytes; ++i) out += static_cast<char>(v >> (8 * i) & 255);
    }
    static std::string deflated(const std::string& content)
    {
        z_stream z{};
        deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
        std::string out(deflateBound(&z, static_cast<uLong>(content.size())), '\0');
        z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
        z.avail_in = static_cast<uInt>(content.size());
        z.next_out = reinterpret_cast<Bytef*>(out.data());
        z.avail_out = static_cast<uInt>(out.size());
        deflate(&z, Z_FINISH);
        out.resize(z.total_out);
        deflateEnd(&z);
        return out;
    }
    std::vector<File> files_;
};

} // namespace firmament::testing
