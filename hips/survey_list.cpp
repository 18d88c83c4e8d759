#include "hips/survey_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace firmament::hips {

extern const char* const kSurveyListText; // survey_list_data.cpp, made by CMake

namespace {

using Json = nlohmann::json;

std::string lowered(std::string_view s)
{
    std::string out(s);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

SurveyInfo toInfo(const Json& j)
{
    SurveyInfo s;
    s.id = j.at("id");
    s.title = j.at("title");
    s.regime = j.value("regime", "");
    s.category = j.value("group", "");
    s.band = j.value("band", "");
    s.credit = j.value("credit", "");
    s.url = j.at("url");
    s.mirrors = j.value("mirrors", std::vector<std::string>());
    s.orderMin = j.value("order_min", 0);
    s.orderMax = std::max(j.value("order", 9), s.orderMin); // properties say it exactly
    s.orderGuessed = !j.contains("order");
    s.tileWidth = j.value("tile_width", 512);
    s.frame = sky::frameFromName(j.value("frame", "equatorial")).value_or(sky::Frame::Icrs);
    for (const std::string word : j.at("formats"))
        if (const auto f = formatFromWord(word)) s.formats.push_back(*f);
    if (j.contains("em_min")) s.emMin = j.at("em_min").get<double>();
    if (j.contains("em_max")) s.emMax = j.at("em_max").get<double>();
    if (j.contains("pixel_cut")) s.pixelCut = Limits{j.at("pixel_cut").at(0), j.at("pixel_cut").at(1)};
    s.pixelFunction = j.value("stretch", "");
    const std::string title = lowered(s.title);
    const bool colour = title.find("colo") != std::string::npos || title.find("rgb") != std::string::npos;
    s.kind = colour ? SurveyKind::Colour : SurveyKind::Image;
    return s;
}

bool matches(const SurveyInfo& s, std::string_view filter)
{
    const std::string all = lowered(s.id + " " + s.title + " " + s.regime + " " + s.category + " " + s.band + " " + s.credit);
    const std::string words = lowered(filter);
    for (size_t at = words.find_first_not_of(" \t"); at != std::string::npos;) {
        const size_t end = words.find_first_of(" \t", at);
        if (all.find(words.substr(at, end == std::string::npos ? end : end - at)) == std::string::npos) return false;
        at = end == std::string::npos ? end : words.find_first_not_of(" \t", end);
    }
    return true;
}

} // namespace

Expected<std::vector<SurveyInfo>> knownSurveys(std::string_view filter)
{
    std::vector<SurveyInfo> out;
    try {
        const Json all = Json::parse(kSurveyListText);
        for (const Json& j : all.at("surveys"))
            if (SurveyInfo s = toInfo(j); matches(s, filter)) out.push_back(std::move(s));
    } catch (const Json::exception& e) {
        return Error{Errc::Internal, std::string("the built-in list of surveys cannot be read: ") + e.what(), {}};
    }
    return out;
}

std::optional<SurveyInfo> findSurvey(std::string_view idOrTitle)
{
    std::string wanted = lowered(idOrTitle);
    if (wanted.starts_with("ivo://")) wanted.erase(0, 6);
    if (wanted.empty()) return std::nullopt;
    const auto all = knownSurveys();
    if (!all) return std::nullopt;
    for (const SurveyInfo& s : *all)
        if (lowered(s.id) == wanted) return s;
    for (const SurveyInfo& s : *all)
        if (lowered(s.title) == wanted) return s;
    const SurveyInfo* only = nullptr;
    for (const SurveyInfo& s : *all) {
        if (lowered(s.id).find(wanted) == std::string::npos && lowered(s.title).find(wanted) == std::string::npos) continue;
        if (only) return std::nullopt;
        only = &s;
    }
    return only ? std::optional(*only) : std::nullopt;
}

} // namespace firmament::hips
