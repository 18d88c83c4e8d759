// `firmament query`: look up names in the embedded sky.
#include <cmath>
#include <cstdio>

#include "app/cli/commands.h"
#include "app/cli/embedded_sky.h"
#include "app/cli/json_text.h"
#include "sky/text.h"

namespace firmament::cli {

namespace {

std::string decimals(double v, int digits)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.*f", digits, v);
    return text;
}

double rounded(double v, double steps) { return std::round(v * steps) / steps; }

std::string asJson(const catalogs::NamedObject& o)
{
    const double ra = rounded(o.pos.lon.deg(), 1e9);
    Json j;
    j["name"] = o.name;
    j["ra"] = ra < 360 ? ra : 0;
    j["dec"] = rounded(o.pos.lat.deg(), 1e9);
    j["kind"] = o.kind;
    j["source"] = o.source;
    j["pm_ra"] = o.pmRaMas ? Json(rounded(*o.pmRaMas, 1e6)) : Json(nullptr);
    j["pm_dec"] = o.pmDecMas ? Json(rounded(*o.pmDecMas, 1e6)) : Json(nullptr);
    return jsonText(j);
}

std::string asText(const catalogs::NamedObject& o)
{
    std::string text = o.name + "\n";
    if (!o.detail.empty()) text += "  " + o.detail + "\n";
    text += "  " + o.kind + "\n";
    text += "  ICRS J2000.0  " + sky::formatHms(o.pos.lon, 2) + "  " + sky::formatDms(o.pos.lat, 1) + "\n";
    text += "  degrees       " + sky::formatLongitudeDeg(o.pos.lon, 6) + "  " + decimals(o.pos.lat.deg(), 6) + "\n";
    if (o.pmRaMas && o.pmDecMas)
        text += "  proper motion " + decimals(*o.pmRaMas, 2) + "  " + decimals(*o.pmDecMas, 2) + " mas/yr\n";
    if (o.size.rad() > 0) text += "  size          " + sky::formatField(o.size) + "\n";
    text += "  from          " + o.source + "\n";
    return text;
}

Exit nameCommand(Words words)
{
    CommandSpec command;
    command.path = "firmament query name";
    command.summary = "Looks up a star, deep-sky object, constellation or planet by name. ICRS at epoch J2000.0.";
    command.operands = "NAME";
    command.minOperands = 1;
    command.maxOperands = 20;
    command.options = {{"json", 0, "", "one JSON object: name, ra, dec, kind, source, pm_ra, pm_dec", false},
                       {"offline", 0, "", "no network access at all (names are embedded, so this changes nothing)", false}};
    auto parsed = parseOrExplain(command, words);
    if (parsed.exit) return *parsed.exit;
    std::string name;
    for (const auto& word : parsed.arguments.operands()) name += (name.empty() ? "" : " ") + word;

    const auto embedded = embeddedSky();
    if (!embedded) return fail("query name", embedded.error());
    const auto found = (*embedded)->find(name);
    if (!found) {
        std::string why = "nothing is known under the name '" + name + "'";
        const auto similar = (*embedded)->similar(name, 5);
        for (size_t i = 0; i < similar.size(); ++i) why += (i ? ", " : ", did you mean ") + similar[i];
        if (similar.empty()) why += ", expected a star, Messier, NGC, IC, constellation or planet";
        errorLine("query name", why);
        return Exit::Failed;
    }
    return print(parsed.arguments.has("json") ? asJson(*found) : asText(*found)) ? Exit::Done : Exit::Failed;
}

} // namespace

Exit queryCommand(Words words)
{
    static constexpr Subcommand kAll[] = {{"name", "look up a name of the embedded sky", nameCommand}};
    return runSubcommand("firmament query", "Asks for things of the sky.", kAll, words);
}

} // namespace firmament::cli
