#include "app/window/omni_engine.h"

#include <QFileInfo>
#include <algorithm>

#include "app/window/survey_model.h"

namespace firmament::window {

namespace {

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

QString distanceText(const Controller& c, const sky::SkyPos& pos)
{
    const sky::Angle d = sky::separation(sky::toDir(sky::converted(pos, sky::Frame::Icrs)), sky::toDir(c.aimPosition()));
    return OmniEngine::tr("%1 from here").arg(q(sky::formatField(d)));
}

} // namespace

int matchScore(const QString& text, const QString& candidate)
{
    const QString c = candidate.toLower(), t = text.trimmed().toLower();
    if (t.isEmpty()) return 1;
    if (c == t) return 1000;
    if (c.startsWith(t)) return 500 - static_cast<int>(std::min<qsizetype>(c.size(), 200));
    int score = 0;
    for (const QString& word : t.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        qsizetype at = c.indexOf(word);
        bool starts = false;
        while (at >= 0 && !starts) {
            starts = at == 0 || !c[at - 1].isLetterOrNumber();
            if (!starts) at = c.indexOf(word, at + 1);
        }
        if (!starts) return 0;
        score += 20 - static_cast<int>(std::min<qsizetype>(at, 15));
    }
    return score;
}

std::vector<OmniRow> OmniEngine::rows(const QString& raw) const
{
    QString text = raw.trimmed();
    std::vector<OmniRow> out;
    if (text.isEmpty()) {
        addStart(out);
        return out;
    }
    const QChar prefix = text.front();
    const QString rest = text.mid(1).trimmed();
    if (prefix == QLatin1Char('>')) addCommands(rest, 50, out);
    else if (prefix == QLatin1Char('@')) addPosition(rest, out);
    else if (prefix == QLatin1Char('#')) addSurveys(rest, 50, out);
    else if (prefix == QLatin1Char(':')) addLayers(rest, out);
    else if (prefix == QLatin1Char('?')) addHelp(rest, out);
    else {
        addFile(text, out);
        if (out.empty()) {
            addPosition(text, out);
            addNames(text, 5, out);
            addBookmarks(text, out);
            addSurveys(text, 4, out);
            addLayers(text, out);
            addRecent(text, out);
            addCommands(text, 4, out);
        }
    }
    if (out.empty()) addNothingFound(text, out);
    return out;
}

void OmniEngine::addPosition(const QString& text, std::vector<OmniRow>& out) const
{
    const OpenTarget target = c_.interpret(text);
    if (target.kind != OpenTarget::Kind::Position) return;
    const sky::SkyPos icrs = sky::converted(*target.pos, sky::Frame::Icrs);
    OmniRow row;
    row.group = tr("Position");
    row.title = tr("reads as %1 %2").arg(QLatin1String(sky::frameName(target.pos->frame)), q(sky::spell(*target.pos, sky::PosSpelling::Sexagesimal, sky::Angle::arcsec(0.1))));
    row.detail = target.fov ? tr("field %1").arg(q(sky::formatField(*target.fov))) : distanceText(c_, icrs);
    row.icon = QStringLiteral("crosshair");
    row.run = [this, text] { c_.open(text); };
    out.push_back(std::move(row));
}

void OmniEngine::addNames(const QString& text, size_t limit, std::vector<OmniRow>& out) const
{
    if (!c_.sky()) return;
    // "M31 2deg": the name and a field. The exact name with its field comes first.
    if (const OpenTarget t = c_.interpret(text); t.kind == OpenTarget::Kind::Object && t.fov) {
        OmniRow row{tr("Go to"), q(t.title), tr("%1 · field %2").arg(q(t.object->kind), q(sky::formatField(*t.fov))), q(t.object->source), QStringLiteral("map-pin"),
                    [this, text] { c_.open(text); }};
        out.push_back(std::move(row));
        return;
    }
    for (const catalogs::NamedObject& object : c_.sky()->complete(text.toStdString(), limit)) {
        OmniRow row;
        row.group = tr("Go to");
        row.title = q(object.name);
        QStringList detail;
        if (!object.kind.empty()) detail << q(object.kind);
        if (!object.detail.empty()) detail << q(object.detail);
        row.detail = detail.join(QStringLiteral(" · "));
        row.right = distanceText(c_, object.pos);
        row.icon = QStringLiteral("map-pin");
        row.run = [this, object] {
            OpenTarget t;
            t.kind = OpenTarget::Kind::Object;
            t.pos = object.pos;
            t.title = object.name;
            t.object = object;
            c_.goTo(t);
        };
        out.push_back(std::move(row));
    }
}

void OmniEngine::addSurveys(const QString& text, size_t limit, std::vector<OmniRow>& out) const
{
    std::vector<std::pair<int, const SurveyEntry*>> found;
    for (const SurveyEntry& s : c_.surveys())
        if (const int score = matchScore(text, s.title + QLatin1Char(' ') + s.band + QLatin1Char(' ') + s.id); score > 0) found.emplace_back(score, &s);
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (size_t i = 0; i < std::min(limit, found.size()); ++i) {
        const SurveyEntry* s = found[i].second;
        out.push_back({tr("Surveys"), s->title, s->band, tr("add on top"), QStringLiteral("globe"),
                       [this, source = s->source, title = s->title] { c_.addSurvey(source.toStdString(), title.toStdString()); }});
    }
}

void OmniEngine::addBookmarks(const QString& text, std::vector<OmniRow>& out) const
{
    size_t found = 0;
    for (const scene::Bookmark& b : c_.document().bookmarks) {
        if (found == 3) break;
        if (matchScore(text, q(b.name)) <= 0) continue;
        ++found;
        out.push_back({tr("Bookmarks"), q(b.name), tr("field %1").arg(q(sky::formatField(b.view.fov()))), {}, QStringLiteral("bookmark"), [this, view = b.view] {
                           c_.navigator().flyTo(view.withSize(c_.view().width(), c_.view().height()));
                       }});
    }
}

void OmniEngine::addLayers(const QString& text, std::vector<OmniRow>& out) const
{
    const auto& layers = c_.document().layers;
    for (auto it = layers.rbegin(); it != layers.rend(); ++it) {
        const QString title = c_.layerTitle(*it);
        if (matchScore(text, title) <= 0) continue;
        out.push_back({tr("Layers"), title, it->visible ? tr("visible") : tr("hidden"), tr("select"), QStringLiteral("layers"), [this, id = it->id] {
                           c_.showPanel(QStringLiteral("layers"));
                           c_.selectLayer(id);
                       }});
    }
}

void OmniEngine::addCommands(const QString& text, size_t limit, std::vector<OmniRow>& out) const
{
    std::vector<std::pair<int, const Command*>> found;
    for (const Command& command : c_.commands().all()) {
        if (!command.inPalette) continue;
        const int score = std::max(matchScore(text, command.text), matchScore(text, command.words) / 2);
        if (score > 0) found.emplace_back(score, &command);
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (size_t i = 0; i < std::min(limit, found.size()); ++i) {
        const Command* command = found[i].second;
        const bool can = command->isEnabled();
        out.push_back({tr("Commands"), command->text, can ? command->group : tr("not possible now"), command->keyText(),
                       command->icon.isEmpty() ? QStringLiteral("chevron-right") : command->icon,
                       can ? std::function<void()>([this, id = command->id] { c_.commands().run(id); }) : std::function<void()>()});
    }
}

/// Files, folders and addresses that were opened; places are found by their names anyway.
void OmniEngine::addRecent(const QString& text, std::vector<OmniRow>& out) const
{
    size_t found = 0;
    for (const std::string& item : c_.settings().recent) {
        const QString where = q(item), name = where.section(QLatin1Char('/'), -1, -1, QString::SectionSkipEmpty);
        if (!where.contains(QLatin1Char('/')) || (matchScore(text, name) <= 0 && !where.contains(text, Qt::CaseInsensitive))) continue;
        out.push_back({tr("Recent"), name, where, tr("open"), QStringLiteral("clock-3"), [this, where] { c_.open(where); }});
        if (++found == 3) return;
    }
}

/// The commands of the Help menu, and what the first letter of a text can mean.
void OmniEngine::addHelp(const QString& text, std::vector<OmniRow>& out) const
{
    for (const Command& command : c_.commands().all()) {
        if (!command.id.startsWith(QLatin1String("help.")) || matchScore(text, command.text + QLatin1Char(' ') + command.words) <= 0) continue;
        out.push_back({tr("Help"), command.text, {}, command.keyText(), command.icon.isEmpty() ? QStringLiteral("info") : command.icon, [this, id = command.id] { c_.commands().run(id); }});
    }
    const std::pair<QString, QString> prefixes[] = {{tr("> finds commands"), tr("> north up")}, {tr("@ reads a position"), tr("@ 10.68 41.27")}, {tr("# finds surveys"), tr("# infrared")},
                                                    {tr(": finds layers"), tr(": stars")}, {tr("A name and a field goes there"), tr("M31 2deg")}};
    for (const auto& [what, example] : prefixes)
        if (matchScore(text, what) > 0) out.push_back({tr("Help"), what, tr("Example: %1").arg(example), {}, QStringLiteral("info"), {}});
    if (!text.isEmpty()) addCommands(text, 20, out);
}

void OmniEngine::addFile(const QString& text, std::vector<OmniRow>& out) const
{
    const OpenTarget t = c_.interpret(text);
    const bool path = text.startsWith(QLatin1Char('/')) || text.startsWith(QLatin1Char('~')) || text.startsWith(QLatin1String("./"))
                      || text.startsWith(QLatin1String("file:")) || text.startsWith(QLatin1String("firmament:")) || text.contains(QLatin1String("://"));
    if (t.kind == OpenTarget::Kind::Survey) {
        out.push_back({tr("Open"), tr("Add the HiPS %1").arg(QFileInfo(q(t.where)).fileName()), q(t.where), {}, QStringLiteral("globe"), [this, text] { c_.open(text); }});
    } else if (t.kind == OpenTarget::Kind::Session) {
        out.push_back({tr("Open"), tr("Open the session %1").arg(QFileInfo(q(t.where)).fileName()), q(t.where), {}, QStringLiteral("folder-open"), [this, text] { c_.open(text); }});
    } else if (t.kind == OpenTarget::Kind::Link) {
        const QString field = t.fov ? tr("field %1").arg(q(sky::formatField(*t.fov))) : QString();
        out.push_back({tr("Open"), t.title.empty() ? tr("Show the view of this link") : tr("Show the view of this link: %1").arg(q(t.title)), field, {}, QStringLiteral("link"), [this, text] { c_.open(text); }});
    } else if (path) {
        out.push_back({tr("Open"), q(t.why), {}, {}, QStringLiteral("circle-alert"), {}});
    }
}

void OmniEngine::addStart(std::vector<OmniRow>& out) const
{
    for (size_t i = 0; i < std::min<size_t>(4, c_.settings().recent.size()); ++i) {
        const QString item = q(c_.settings().recent[i]);
        out.push_back({tr("Recent"), item, {}, {}, QStringLiteral("clock-3"), [this, item] { c_.open(item); }});
    }
    for (const scene::Bookmark& b : c_.document().bookmarks) {
        if (out.size() >= 7) break;
        out.push_back({tr("Bookmarks"), q(b.name), q(sky::formatField(b.view.fov())), {}, QStringLiteral("bookmark"), [this, view = b.view] {
                           c_.navigator().flyTo(view.withSize(c_.view().width(), c_.view().height()));
                       }});
    }
    for (const char* id : {"panel.surveys", "panel.layers", "file.open", "help.keys"}) {
        const Command* command = c_.commands().find(QString::fromLatin1(id));
        if (command) out.push_back({tr("Commands"), command->text, command->group, command->keyText(), command->icon, [this, command] { command->run(); }});
    }
}

void OmniEngine::addNothingFound(const QString& text, std::vector<OmniRow>& out) const
{
    OmniRow told{tr("Nothing found"), tr("\"%1\" is no name known here, no position, no survey and no command").arg(text), {}, {}, QStringLiteral("circle-slash-2"), {}};
    if (c_.offline()) told.detail = tr("offline: built-in names only");
    if (c_.sky()) {
        for (const std::string& name : c_.sky()->similar(text.toStdString(), 5))
            out.push_back({tr("Nearest spellings"), q(name), {}, {}, QStringLiteral("map-pin"), [this, name = q(name)] { c_.open(name); }});
    }
    out.push_back(std::move(told));
}

} // namespace firmament::window
