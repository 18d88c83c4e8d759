#include "scene/document.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "scene/stacks.h"

namespace firmament::scene {

namespace {

using Json = nlohmann::ordered_json;
using sky::Angle;

constexpr const char* kFormat = "firmament-session";
constexpr const char* kBookmarkFormat = "firmament-bookmarks";
constexpr int kVersion = 1;
constexpr size_t kMaxLayers = 1000;

// ---- words -----------------------------------------------------------------------------------------------------

const char* frameWord(sky::Frame f)
{
    switch (f) {
    case sky::Frame::Icrs: return "icrs";
    case sky::Frame::Galactic: return "galactic";
    case sky::Frame::EclipticJ2000: return "ecliptic";
    case sky::Frame::Fk5: return "fk5";
    case sky::Frame::Body: return "body";
    }
    return "icrs";
}

std::optional<sky::Frame> frameFromWord(std::string_view word)
{
    for (const auto f : {sky::Frame::Icrs, sky::Frame::Galactic, sky::Frame::EclipticJ2000, sky::Frame::Fk5,
                         sky::Frame::Body})
        if (word == frameWord(f)) return f;
    return std::nullopt;
}

constexpr std::pair<CutRule::Mode, const char*> kCutWords[] = {
    {CutRule::Mode::Survey, "survey"}, {CutRule::Mode::Manual, "manual"}, {CutRule::Mode::Percentile, "percentile"},
    {CutRule::Mode::ZScale, "zscale"}, {CutRule::Mode::MinMax, "minmax"}, {CutRule::Mode::Sigma3, "3sigma"}};

constexpr std::pair<CutRule::From, const char*> kFromWords[] = {{CutRule::From::View, "view"}, {CutRule::From::Tile, "tile"}, {CutRule::From::All, "all"}};

const char* fromWord(CutRule::From from)
{
    for (const auto& [f, w] : kFromWords)
        if (f == from) return w;
    return "view";
}

constexpr std::pair<CompareMode, const char*> kCompareWords[] = {
    {CompareMode::Off, "off"}, {CompareMode::Blink, "blink"}, {CompareMode::Swipe, "swipe"}, {CompareMode::Panes, "panes"}};

const char* compareWord(CompareMode mode)
{
    for (const auto& [m, w] : kCompareWords)
        if (m == mode) return w;
    return "off";
}

std::optional<CompareMode> compareFromWord(std::string_view word)
{
    for (const auto& [m, w] : kCompareWords)
        if (word == w) return m;
    return std::nullopt;
}

const char* cutWord(CutRule::Mode mode)
{
    for (const auto& [m, w] : kCutWords)
        if (m == mode) return w;
    return "survey";
}

/// Degrees that give the same radians again when read back, where such a number exists.
double degreesOf(Angle a)
{
    const double d = a.deg();
    double up = d, down = d;
    for (int i = 0; i < 4; ++i) {
        if (Angle::deg(up).rad() == a.rad()) return up;
        if (Angle::deg(down).rad() == a.rad()) return down;
        up = std::nextafter(up, 1e9);
        down = std::nextafter(down, -1e9);
    }
    return d;
}

// ---- writing ---------------------------------------------------------------------------------------------------

Json writeView(const sky::SkyView& v)
{
    return {{"frame", frameWord(v.frame())},
            {"lon", degreesOf(v.centre().lon)},
            {"lat", degreesOf(v.centre().lat)},
            {"fov", degreesOf(v.fov())},
            {"roll", degreesOf(v.roll())},
            {"mirror", v.mirror()},
            {"projection", sky::info(v.projection()).code},
            {"width", v.width()},
            {"height", v.height()}};
}

struct ContentWriter {
    Json& out;
    void operator()(const SurveyState& s) const
    {
        out["kind"] = "survey";
        out["source"] = s.source;
        if (s.format) out["format"] = hips::formatWord(*s.format);
        if (s.channel != 0) out["channel"] = s.channel;
        Json cuts{{"mode", cutWord(s.cuts.mode)}};
        cuts["lo"] = s.cuts.lo;
        cuts["hi"] = s.cuts.hi;
        cuts["percent"] = s.cuts.percent;
        if (s.cuts.from != CutRule::From::View) cuts["from"] = fromWord(s.cuts.from);
        out["cuts"] = cuts;
        if (s.stretch) out["stretch"] = render::word(*s.stretch);
        out["map"] = render::word(s.map);
        out["invert"] = s.invert;
        out["gamma"] = s.gamma;
        out["sampling"] = render::word(s.sampling);
        out["colour_bar"] = s.colourBar;
    }
    void operator()(const StarsState& s) const
    {
        out["kind"] = "stars";
        out["names"] = s.names;
        out["faintest"] = s.faintest;
        out["boost"] = s.boost;
    }
    void operator()(const ConstellationsState& s) const
    {
        out["kind"] = "constellations";
        out["lines"] = s.lines;
        out["names"] = s.names;
        out["borders"] = s.borders;
        out["milky_way"] = s.milkyWay;
    }
    void operator()(const DeepSkyState& s) const
    {
        out["kind"] = "deep-sky";
        out["names"] = s.names;
        out["outlines"] = s.outlines;
    }
    void operator()(const SolarSystemState& s) const
    {
        out["kind"] = "solar-system";
        out["names"] = s.names;
        if (s.jdTdb) out["jd_tdb"] = *s.jdTdb;
    }
};

Json writeLayer(const LayerState& layer)
{
    Json out{{"id", layer.id},
             {"name", layer.name},
             {"visible", layer.visible},
             {"opacity", layer.opacity},
             {"blend", render::word(layer.blend)}};
    if (layer.group != 0) out["group"] = layer.group;
    std::visit(ContentWriter{out}, layer.content);
    return out;
}

Json writeLayers(const std::vector<LayerState>& layers)
{
    Json out = Json::array();
    for (const auto& layer : layers) out.push_back(writeLayer(layer));
    return out;
}

Json writeCompare(const Document& d)
{
    Json out{{"mode", compareWord(d.compare.mode)},
             {"layer", d.compare.layer},
             {"blink_hz", d.compare.blinkHz},
             {"divider", d.compare.divider},
             {"active", d.compare.active}};
    if (!d.panes.empty()) {
        out["panes"] = Json::array();
        for (size_t i = 0; i < d.panes.size(); ++i) // the active one's layers are those of the document
            out["panes"].push_back(i == d.compare.active ? Json::object() : Json{{"layers", writeLayers(d.panes[i].layers)}});
    }
    return out;
}

// ---- reading ---------------------------------------------------------------------------------------------------

/// One object of the file: typed access by key, a warning for each key that is odd or unknown.
class ObjectReader {
public:
    ObjectReader(const Json& object, std::string where, std::vector<std::string>& warnings)
        : object_(object), where_(std::move(where)), warnings_(warnings)
    {
    }
    ~ObjectReader()
    {
        for (const auto& [key, value] : object_.items())
            if (!known_.contains(key)) warnings_.push_back(where_ + ": \"" + key + "\" is not known here and was left out");
    }
    ObjectReader(const ObjectReader&) = delete;
    ObjectReader& operator=(const ObjectReader&) = delete;

    const Json* at(const char* key)
    {
        known_.insert(key);
        const auto it = object_.find(key);
        return it == object_.end() || it->is_null() ? nullptr : &*it;
    }
    void read(const char* key, bool& value)
    {
        if (const Json* j = at(key)) {
            if (j->is_boolean()) value = j->get<bool>();
            else odd(key, "true or false");
        }
    }
    void read(const char* key, std::string& value)
    {
        if (const Json* j = at(key)) {
            if (j->is_string()) value = j->get<std::string>();
            else odd(key, "a text");
        }
    }
    void read(const char* key, double& value, double lo, double hi)
    {
        if (const Json* j = at(key)) {
            const double v = j->is_number() ? j->get<double>() : std::nan("");
            if (!std::isfinite(v)) odd(key, "a number");
            else {
                value = std::clamp(v, lo, hi);
                if (value != v) odd(key, "a number in range");
            }
        }
    }
    void read(const char* key, int& value, int lo, int hi)
    {
        double v = value;
        read(key, v, lo, hi);
        value = static_cast<int>(std::lround(v));
    }
    void readAngle(const char* key, Angle& value, double lo, double hi)
    {
        double v = degreesOf(value);
        read(key, v, lo, hi);
        value = Angle::deg(v);
    }
    /// A word of a list; `from` gives an optional value.
    template <class T, class From> void readWord(const char* key, T& value, From from)
    {
        std::string word;
        if (!at(key)) return;
        read(key, word);
        if (word.empty()) return;
        if (const auto v = from(word)) value = *v;
        else warnings_.push_back(where_ + ": " + key + " \"" + word + "\" is not a known word; the default is used");
    }
    void odd(const char* key, const char* expected)
    {
        warnings_.push_back(where_ + ": " + key + " should be " + expected + ", found " + shortText(object_.at(key)));
    }
    const std::string& where() const { return where_; }
    std::vector<std::string>& warnings() { return warnings_; }

private:
    static std::string shortText(const Json& j)
    {
        std::string s = j.dump(-1, ' ', false, Json::error_handler_t::replace);
        if (s.size() > 40) s = s.substr(0, 40) + "...";
        return s;
    }
    const Json& object_;
    std::string where_;
    std::vector<std::string>& warnings_;
    std::set<std::string> known_;
};

sky::SkyView readView(const Json& json, const std::string& where, std::vector<std::string>& warnings,
                      const sky::SkyView& fallback)
{
    if (!json.is_object()) {
        warnings.push_back(where + " should be an object; the default view is used");
        return fallback;
    }
    ObjectReader in(json, where, warnings);
    sky::SkyPos centre = fallback.centre();
    Angle fov = fallback.fov(), roll = fallback.roll();
    bool mirror = fallback.mirror();
    int width = fallback.width(), height = fallback.height();
    sky::Proj proj = fallback.projection();
    in.readWord("frame", centre.frame, frameFromWord);
    in.readAngle("lon", centre.lon, -720, 720);
    in.readAngle("lat", centre.lat, -90, 90);
    in.readAngle("fov", fov, sky::SkyView::kMinFov.deg(), 720);
    in.readAngle("roll", roll, -720, 720);
    in.read("mirror", mirror);
    in.readWord("projection", proj, sky::projFromCode);
    in.read("width", width, 1, 65536);
    in.read("height", height, 1, 65536);
    return sky::SkyView().withFrame(centre.frame).lookingAt(centre).withProjection(proj).withSize(width, height).withFov(fov)
        .withRoll(roll).withMirror(mirror);
}

CutRule readCuts(const Json& json, const std::string& where, std::vector<std::string>& warnings)
{
    CutRule cuts;
    if (!json.is_object()) {
        warnings.push_back(where + " should be an object; the survey's own cuts are used");
        return cuts;
    }
    ObjectReader in(json, where, warnings);
    in.readWord("mode", cuts.mode, [](std::string_view word) -> std::optional<CutRule::Mode> {
        for (const auto& [m, w] : kCutWords)
            if (word == w) return m;
        return std::nullopt;
    });
    in.read("lo", cuts.lo, -1e300, 1e300);
    in.read("hi", cuts.hi, -1e300, 1e300);
    in.read("percent", cuts.percent, 1, 100);
    in.readWord("from", cuts.from, [](std::string_view word) -> std::optional<CutRule::From> {
        for (const auto& [f, w] : kFromWords)
            if (word == w) return f;
        return std::nullopt;
    });
    return cuts;
}

SurveyState readSurvey(ObjectReader& in)
{
    SurveyState s;
    in.read("source", s.source);
    if (s.source.empty()) in.warnings().push_back(in.where() + ": no \"source\", so there is nothing to show");
    in.readWord("format", s.format, hips::formatFromWord);
    in.read("channel", s.channel, 0, 1000000);
    if (const Json* cuts = in.at("cuts")) s.cuts = readCuts(*cuts, in.where() + ", cuts", in.warnings());
    in.readWord("stretch", s.stretch, render::stretchFromWord);
    in.readWord("map", s.map, render::colourMapFromWord);
    in.read("invert", s.invert);
    in.read("gamma", s.gamma, 0.05, 20);
    in.readWord("sampling", s.sampling, render::samplingFromWord);
    in.read("colour_bar", s.colourBar);
    return s;
}

std::optional<LayerContent> readContent(const std::string& kind, ObjectReader& in)
{
    if (kind == "survey") return readSurvey(in);
    if (kind == "stars") {
        StarsState s;
        in.read("names", s.names);
        in.read("faintest", s.faintest, -2, 30);
        in.read("boost", s.boost, -20, 20);
        return s;
    }
    if (kind == "constellations") {
        ConstellationsState s;
        in.read("lines", s.lines);
        in.read("names", s.names);
        in.read("borders", s.borders);
        in.read("milky_way", s.milkyWay);
        return s;
    }
    if (kind == "deep-sky") {
        DeepSkyState s;
        in.read("names", s.names);
        in.read("outlines", s.outlines);
        return s;
    }
    if (kind == "solar-system") {
        SolarSystemState s;
        in.read("names", s.names);
        if (in.at("jd_tdb")) {
            double jd = 2451545.0;
            in.read("jd_tdb", jd, 0, 5.5e6);
            s.jdTdb = jd;
        }
        return s;
    }
    return std::nullopt;
}

std::optional<LayerState> readLayer(const Json& json, const std::string& where, std::vector<std::string>& warnings)
{
    if (!json.is_object()) {
        warnings.push_back(where + " should be an object; left out");
        return std::nullopt;
    }
    // A kind of a newer version: one warning for the whole layer, not one for each of its keys.
    const auto kindAt = json.find("kind");
    const std::string kind = kindAt != json.end() && kindAt->is_string() ? kindAt->get<std::string>() : "";
    static const std::set<std::string> kKinds{"survey", "stars", "constellations", "deep-sky", "solar-system"};
    if (!kKinds.contains(kind)) {
        warnings.push_back(where + ": kind \"" + kind + "\" is not known; left out");
        return std::nullopt;
    }
    LayerState layer;
    ObjectReader in(json, where, warnings);
    in.at("kind");
    if (const Json* id = in.at("id")) {
        if (id->is_number_unsigned()) layer.id = id->get<uint64_t>();
        else in.odd("id", "a positive whole number");
    }
    in.read("name", layer.name);
    in.read("visible", layer.visible);
    in.read("opacity", layer.opacity, 0, 1);
    in.readWord("blend", layer.blend, render::blendFromWord);
    if (const Json* group = in.at("group")) {
        if (group->is_number_unsigned()) layer.group = group->get<uint64_t>();
        else in.odd("group", "a positive whole number");
    }
    layer.content = *readContent(kind, in);
    return layer;
}

std::vector<LayerState> readLayers(const Json& json, const std::string& where, std::vector<std::string>& warnings)
{
    std::vector<LayerState> layers;
    if (!json.is_array()) {
        warnings.push_back(where + "layers should be a list; left out");
        return layers;
    }
    for (size_t i = 0; i < std::min(json.size(), kMaxLayers); ++i)
        if (auto layer = readLayer(json[i], where + "layer " + std::to_string(i + 1), warnings)) layers.push_back(std::move(*layer));
    if (json.size() > kMaxLayers) warnings.push_back(where + "only the first " + std::to_string(kMaxLayers) + " layers are read");
    return layers;
}

void readCompare(const Json& json, Document& d, std::vector<std::string>& warnings)
{
    if (!json.is_object()) {
        warnings.push_back("compare should be an object; nothing is compared");
        return;
    }
    ObjectReader in(json, "compare", warnings);
    CompareState& c = d.compare;
    in.readWord("mode", c.mode, compareFromWord);
    if (const Json* layer = in.at("layer")) {
        if (layer->is_number_unsigned()) c.layer = layer->get<uint64_t>();
        else in.odd("layer", "a whole number");
    }
    in.read("blink_hz", c.blinkHz, kSlowestBlink, kFastestBlink);
    in.read("divider", c.divider, kDividerLow, kDividerHigh);
    int active = 0;
    in.read("active", active, 0, 3);
    const Json* panes = in.at("panes");
    if (c.mode != CompareMode::Panes) return;
    if (!panes || !panes->is_array() || (panes->size() != 2 && panes->size() != 4)) {
        warnings.push_back("compare: panes should be a list of two or four; nothing is compared");
        c.mode = CompareMode::Off;
        return;
    }
    c.active = static_cast<uint32_t>(std::min<size_t>(static_cast<size_t>(active), panes->size() - 1));
    d.panes.resize(panes->size());
    for (size_t i = 0; i < panes->size(); ++i) {
        const std::string where = "pane " + std::to_string(i + 1);
        if (!(*panes)[i].is_object()) {
            warnings.push_back(where + " should be an object; it is empty");
            continue;
        }
        ObjectReader pane((*panes)[i], where, warnings);
        if (const Json* layers = pane.at("layers"); layers && i != c.active) d.panes[i].layers = readLayers(*layers, where + ", ", warnings);
    }
}

std::vector<LayerGroup> readGroups(const Json& json, std::vector<std::string>& warnings)
{
    std::vector<LayerGroup> groups;
    if (!json.is_array()) {
        warnings.push_back("groups should be a list; left out");
        return groups;
    }
    for (size_t i = 0; i < std::min(json.size(), kMaxLayers); ++i) {
        const std::string where = "group " + std::to_string(i + 1);
        if (!json[i].is_object()) {
            warnings.push_back(where + " should be an object; left out");
            continue;
        }
        LayerGroup group;
        ObjectReader in(json[i], where, warnings);
        if (const Json* id = in.at("id"); id && id->is_number_unsigned()) group.id = id->get<uint64_t>();
        in.read("name", group.name);
        in.read("folded", group.folded);
        const bool taken = std::any_of(groups.begin(), groups.end(), [&](const LayerGroup& g) { return g.id == group.id; });
        if (group.id == 0 || group.id >= (GroupId{1} << 53) || taken) warnings.push_back(where + " needs an id of its own, a whole number above 0; left out");
        else groups.push_back(std::move(group));
    }
    return groups;
}

OverlayState readOverlays(const Json& json, std::vector<std::string>& warnings)
{
    OverlayState o;
    if (!json.is_object()) {
        warnings.push_back("overlays should be an object; the defaults are used");
        return o;
    }
    ObjectReader in(json, "overlays", warnings);
    if (const Json* grid = in.at("grid")) {
        if (grid->is_object()) {
            ObjectReader g(*grid, "overlays, grid", warnings);
            g.read("on", o.grid.on);
            g.readWord("frame", o.grid.frame, frameFromWord);
            g.read("labels", o.grid.labels);
        } else {
            in.odd("grid", "an object");
        }
    }
    in.read("compass", o.compass);
    in.read("scale_bar", o.scaleBar);
    in.read("reticle", o.reticle);
    in.read("credits", o.credits);
    in.read("paper", o.paper);
    in.read("no_data", o.noData);
    return o;
}

/// Ids must be there and differ within a list: layers are told apart by them. The same layer may be in several panes.
void repairIds(std::vector<LayerState>& layers, std::vector<std::string>& warnings)
{
    std::set<LayerId> used;
    for (auto& layer : layers) {
        if (layer.id != 0 && layer.id < (LayerId{1} << 53) && used.insert(layer.id).second) continue;
        const LayerId wanted = layer.id;
        LayerId id = used.empty() ? 1 : *used.rbegin() + 1;
        for (const auto& other : layers)
            if (other.id < (LayerId{1} << 53)) id = std::max(id, other.id + 1);
        layer.id = id;
        used.insert(id);
        if (wanted != 0) warnings.push_back("layer \"" + layer.name + "\": id " + std::to_string(wanted) + " is taken; it has now " + std::to_string(id));
    }
}

/// What a bookmark does not tell of its view is as in `view`.
std::vector<Bookmark> readBookmarks(const Json& list, const sky::SkyView& view, std::vector<std::string>& warnings)
{
    std::vector<Bookmark> out;
    if (!list.is_array()) {
        warnings.push_back("\"bookmarks\" should be a list; left out");
        return out;
    }
    for (const auto& b : list) {
        if (out.size() == kMaxBookmarks) {
            warnings.push_back("only the first " + std::to_string(kMaxBookmarks) + " bookmarks are read");
            break;
        }
        if (!b.is_object()) {
            warnings.push_back("a bookmark should be an object; left out");
            continue;
        }
        Bookmark mark;
        ObjectReader r(b, "bookmark", warnings);
        r.read("name", mark.name);
        if (const Json* v = r.at("view")) mark.view = readView(*v, "bookmark \"" + mark.name + "\"", warnings, view);
        out.push_back(std::move(mark));
    }
    return out;
}

Json writeBookmarks(std::span<const Bookmark> bookmarks)
{
    Json list = Json::array();
    for (const auto& b : bookmarks) list.push_back({{"name", b.name}, {"view", writeView(b.view)}});
    return list;
}

Expected<void> readSession(const Json& json, Read<Document>& result)
{
    Document& d = result.value;
    auto& warnings = result.warnings;
    ObjectReader in(json, "session", warnings);
    in.at("format");
    int version = 0;
    in.read("version", version, 0, 1000000);
    if (version < 1) return Error{Errc::Parse, "expected \"version\": 1 or later", "session"};
    if (version > kVersion)
        warnings.push_back("session: written by a newer Firmament (version " + std::to_string(version) + ", this one reads " +
                           std::to_string(kVersion) + "); what is not known is left out");
    if (const Json* view = in.at("view")) d.view = readView(*view, "view", warnings, d.view);
    in.read("epoch", d.epoch.jyear, -100000, 100000);
    in.read("vector_years", d.vectorYears, -1e6, 1e6);
    if (const Json* layers = in.at("layers")) d.layers = readLayers(*layers, "", warnings);
    if (const Json* groups = in.at("groups")) d.groups = readGroups(*groups, warnings);
    if (const Json* compare = in.at("compare")) readCompare(*compare, d, warnings);
    repairIds(d.layers, warnings);
    for (PaneState& pane : d.panes) repairIds(pane.layers, warnings);
    tidyGroups(d);
    if (const Json* overlays = in.at("overlays")) d.overlays = readOverlays(*overlays, warnings);
    if (const Json* bookmarks = in.at("bookmarks")) d.bookmarks = readBookmarks(*bookmarks, d.view, warnings);
    return {};
}

} // namespace

LayerId Document::freeId() const
{
    LayerId id = 1;
    for (const auto& layer : layers) id = std::max(id, layer.id + 1);
    for (const auto& pane : panes)
        for (const auto& layer : pane.layers) id = std::max(id, layer.id + 1);
    return id;
}

LayerState* Document::find(LayerId id)
{
    const auto it = std::find_if(layers.begin(), layers.end(), [id](const LayerState& l) { return l.id == id; });
    return it == layers.end() ? nullptr : &*it;
}

const LayerState* Document::find(LayerId id) const
{
    const auto it = std::find_if(layers.begin(), layers.end(), [id](const LayerState& l) { return l.id == id; });
    return it == layers.end() ? nullptr : &*it;
}

Document firstStart()
{
    Document d;
    const sky::SkyPos galacticCentre{Angle::rad(0), Angle::rad(0), sky::Frame::Galactic};
    d.view = sky::SkyView().withProjection(sky::Proj::Stg).lookingAt(galacticCentre).withFov(Angle::deg(96));
    SurveyState survey;
    survey.source = std::string(kDefaultSky);
    const auto add = [&d](std::string name, LayerContent content) {
        LayerState layer;
        layer.id = d.freeId();
        layer.name = std::move(name);
        layer.content = std::move(content);
        d.layers.push_back(std::move(layer));
    };
    add("Firmament default sky", survey);
    add("Constellations", ConstellationsState{});
    add("Deep sky", DeepSkyState{});
    add("Stars", StarsState{});
    add("Solar System", SolarSystemState{});
    d.overlays.grid.on = true;
    d.overlays.noData = true;
    return d;
}

std::string toJson(const Document& document)
{
    Json out{{"format", kFormat}, {"version", kVersion}};
    out["view"] = writeView(document.view);
    out["epoch"] = document.epoch.jyear;
    out["vector_years"] = document.vectorYears;
    out["layers"] = writeLayers(document.layers);
    out["groups"] = Json::array();
    for (const auto& g : document.groups) out["groups"].push_back({{"id", g.id}, {"name", g.name}, {"folded", g.folded}});
    out["compare"] = writeCompare(document);
    const OverlayState& o = document.overlays;
    out["overlays"] = {{"grid", {{"on", o.grid.on}, {"frame", frameWord(o.grid.frame)}, {"labels", o.grid.labels}}},
                       {"compass", o.compass},
                       {"scale_bar", o.scaleBar},
                       {"reticle", o.reticle},
                       {"credits", o.credits},
                       {"paper", o.paper},
                       {"no_data", o.noData}};
    out["bookmarks"] = writeBookmarks(document.bookmarks);
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Expected<Read<Document>> fromJson(std::string_view text)
{
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return Error{Errc::Parse, "a Firmament session is JSON text, and this is not", "session"};
    if (!json.is_object() || !json.contains("format") || json["format"] != kFormat)
        return Error{Errc::Parse, "expected \"format\": \"firmament-session\"; this is some other JSON file", "session"};
    Read<Document> result;
    if (auto done = readSession(json, result); !done) return done.error();
    return result;
}

std::string bookmarksToJson(std::span<const Bookmark> bookmarks)
{
    const Json out{{"format", kBookmarkFormat}, {"version", kVersion}, {"bookmarks", writeBookmarks(bookmarks)}};
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Expected<Read<std::vector<Bookmark>>> bookmarksFromJson(std::string_view text)
{
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("format") || json["format"] != kBookmarkFormat || !json.contains("bookmarks"))
        return Error{Errc::Parse, "expected JSON with \"format\": \"firmament-bookmarks\"; this is something else", "bookmarks"};
    Read<std::vector<Bookmark>> result;
    result.value = readBookmarks(json["bookmarks"], sky::SkyView(), result.warnings);
    return result;
}

} // namespace firmament::scene
