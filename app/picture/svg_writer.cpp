// SVG 1.1 with the little that every reader draws: paths, circles, text, one embedded picture. No filters, no paint-order.
#include <cmath>
#include <cstdio>
#include <set>

#include "app/picture/picture.h"
#include "core/files.h"
#include "core/resources.h"

namespace firmament::picture {

namespace {

std::string base64(ByteView data)
{
    static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((data.size() + 2) / 3 * 4);
    for (size_t i = 0; i < data.size(); i += 3) {
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; ++k) bits = bits << 8 | (i + k < data.size() ? static_cast<uint32_t>(data[i + k]) : 0u);
        for (size_t k = 0; k < 4; ++k) out += i + k <= data.size() ? kDigits[bits >> (18 - 6 * k) & 63u] : '=';
    }
    return out;
}

/// Characters that XML 1.0 has no place for are left out.
std::string xmlText(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        if (c == '<') out += "&lt;";
        else if (c == '>') out += "&gt;";
        else if (c == '&') out += "&amp;";
        else if (c == '"') out += "&quot;";
        else if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
    return out;
}

/// At most three decimals, none that say nothing.
std::string number(double v)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.3f", v);
    std::string out = text;
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
    return out == "-0" ? "0" : out;
}

std::string attribute(const char* name, double v) { return std::string(" ") + name + "=\"" + number(v) + "\""; }

std::string colour(const char* name, const render::Rgba& c, float opacity = 1)
{
    const auto byte = [](float v) { return static_cast<int>(std::lround(std::clamp(v, 0.f, 1.f) * 255)); };
    char text[16];
    std::snprintf(text, sizeof text, "#%02x%02x%02x", static_cast<unsigned>(byte(c.r)), static_cast<unsigned>(byte(c.g)),
                  static_cast<unsigned>(byte(c.b)));
    std::string out = std::string(" ") + name + "=\"" + text + "\"";
    const float alpha = std::clamp(c.a * opacity, 0.f, 1.f);
    if (alpha < 0.9995f) out += attribute((std::string(name) + "-opacity").c_str(), static_cast<double>(alpha));
    return out;
}

std::string pathOf(const std::vector<render::LineVertex>& points)
{
    std::string d;
    for (const auto& p : points)
        d += (d.empty() ? "M" : "L") + number(static_cast<double>(p.x)) + " " + number(static_cast<double>(p.y));
    return d;
}

class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void operator()(const scene::OverlayFill& f)
    {
        endPath();
        out_ += "<path d=\"" + pathOf(f.ring) + "Z\"" + colour("fill", f.colour) + "/>\n";
    }

    /// Neighbours of one look become one path.
    void operator()(const render::Polyline& l)
    {
        if (l.points.size() < 2) return;
        std::string look = " fill=\"none\"" + colour("stroke", l.style.colour) + attribute("stroke-width", static_cast<double>(l.style.width));
        if (l.style.dash > 0) look += attribute("stroke-dasharray", static_cast<double>(l.style.dash));
        // Translucent lines that cross in one path would not add up as they do on the screen.
        if (look != look_ || l.style.colour.a < 1) endPath();
        look_ = look;
        const auto& a = l.points.front();
        const auto& b = l.points.back();
        const bool closed = l.points.size() > 2 && a.x == b.x && a.y == b.y;
        path_ += pathOf(l.points) + (closed ? "Z" : "");
    }

    void operator()(const render::PlacedPoint& p)
    {
        endPath();
        for (const auto& disc : starDiscs(p))
            out_ += "<circle" + attribute("cx", p.at.x()) + attribute("cy", p.at.y()) + attribute("r", disc.radius) +
                    colour("fill", disc.colour) + "/>\n";
    }

    void operator()(const scene::OverlayText& t)
    {
        endPath();
        std::string place = attribute("x", t.at.x()) + attribute("y", t.at.y()) + attribute("font-size", t.size) +
                            attribute("font-weight", t.style.weight);
        if (t.style.tracking != 0) place += attribute("letter-spacing", static_cast<double>(t.style.tracking));
        // Should the reader not know the typeface, another one takes the same room.
        else if (t.advance > 0) place += attribute("textLength", t.advance) + " lengthAdjust=\"spacingAndGlyphs\"";
        const std::string text = xmlText(t.utf8);
        if (t.style.halo > 0)
            out_ += "<text aria-hidden=\"true\"" + place + " fill=\"none\"" + colour("stroke", scene::haloColour(t.style), t.opacity) +
                    attribute("stroke-width", static_cast<double>(t.style.halo)) + " stroke-linejoin=\"round\">" + text + "</text>\n";
        out_ += "<text" + place + colour("fill", t.style.colour, t.opacity) + ">" + text + "</text>\n";
    }

    void endPath()
    {
        if (!path_.empty()) out_ += "<path d=\"" + path_ + "\"" + look_ + "/>\n";
        path_.clear();
        look_.clear();
    }

private:
    std::string& out_;
    std::string path_, look_;
};

/// The weights that are used, as rules with the fonts in them.
std::string fontRules(const scene::OverlayPicture& overlay)
{
    std::set<int> weights;
    for (const auto& item : overlay.items)
        if (const auto* text = std::get_if<scene::OverlayText>(&item)) weights.insert(text->style.weight);
    std::string rules;
    for (const int weight : weights) {
        const char* name = weight < 450 ? "Regular" : weight < 550 ? "Medium" : "SemiBold";
        const auto file = readFile(findResource("fonts") / (std::string("FirmamentSans-") + name + ".ttf"), 1u << 22);
        if (!file) continue;
        rules += "@font-face{font-family:\"Firmament Sans\";font-weight:" + std::to_string(weight) +
                 ";src:url(data:font/ttf;base64," + base64(*file) + ")}\n";
    }
    return rules;
}

} // namespace

Expected<Bytes> encodeSvg(const Picture& below, const scene::OverlayPicture& overlay, const std::string& title, std::optional<Page> page)
{
    const auto png = encodePicture(below, PictureFormat::Png);
    if (!png) return png;
    const std::string w = std::to_string(overlay.width), h = std::to_string(overlay.height);
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
                      "xmlns:xlink=\"http://www.w3.org/1999/xlink\"";
    if (page) out += " width=\"" + number(page->width) + "mm\" height=\"" + number(page->height) + "mm\"";
    else out += " width=\"" + w + "\" height=\"" + h + "\"";
    out += " viewBox=\"0 0 " + w + " " + h + "\">\n<title>" + xmlText(title) + "</title>\n";
    if (const std::string rules = fontRules(overlay); !rules.empty()) out += "<style>\n" + rules + "</style>\n";
    out += "<clipPath id=\"view\"><path d=\"M0 0H" + w + "V" + h + "H0Z\"/></clipPath>\n<g clip-path=\"url(#view)\">\n<image width=\"" +
           w + "\" height=\"" + h + "\" xlink:href=\"data:image/png;base64," + base64(*png) +
           "\"/>\n<g font-family=\"'Firmament Sans', Inter, 'DejaVu Sans', sans-serif\">\n";
    Writer writer(out);
    for (const auto& item : overlay.items) std::visit(writer, item);
    writer.endPath();
    out += "</g>\n</g>\n</svg>\n";
    const auto bytes = asBytes(out);
    return Bytes(bytes.begin(), bytes.end());
}

} // namespace firmament::picture
