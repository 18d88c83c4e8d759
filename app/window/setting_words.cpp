#include "app/window/setting_words.h"

#include <QCoreApplication>

namespace firmament::window {

namespace {

struct Words {
    const char *name, *text;
};
constexpr Words kWords[] = {
    {"theme", QT_TRANSLATE_NOOP("Settings", "Theme")},
    {"interfacePercent", QT_TRANSLATE_NOOP("Settings", "Interface size")},
    {"touchSize", QT_TRANSLATE_NOOP("Settings", "Touch size")},
    {"reducedMotion", QT_TRANSLATE_NOOP("Settings", "Reduced motion")},
    {"motionFromSystem", QT_TRANSLATE_NOOP("Settings", "Motion as the desktop wishes")},
    {"nightBrightness", QT_TRANSLATE_NOOP("Settings", "Brightness of the sky at night")},
    {"positionFrame", QT_TRANSLATE_NOOP("Settings", "Positions in")},
    {"positionDegrees", QT_TRANSLATE_NOOP("Settings", "Decimal degrees")},
    {"reticleAlways", QT_TRANSLATE_NOOP("Settings", "Cross at the centre always on")},
    {"showWelcome", QT_TRANSLATE_NOOP("Settings", "Welcome card at start")},
    {"fadeMs", QT_TRANSLATE_NOOP("Settings", "Fade of new tiles")},
    {"cacheMegabytes", QT_TRANSLATE_NOOP("Settings", "Size limit")},
    {"cacheFolder", QT_TRANSLATE_NOOP("Settings", "Folder of the cache")},
    {"offline", QT_TRANSLATE_NOOP("Settings", "Work offline")},
    {"proxy", QT_TRANSLATE_NOOP("Settings", "Proxy")},
    {"hosts", QT_TRANSLATE_NOOP("Settings", "Hosts")},
    {"keys", QT_TRANSLATE_NOOP("Settings", "Keys")},
    {"tileMegabytes", QT_TRANSLATE_NOOP("Settings", "Memory for tiles")},
    {"textureMegabytes", QT_TRANSLATE_NOOP("Settings", "Memory for textures")},
    {"keepRecent", QT_TRANSLATE_NOOP("Settings", "Keep a list of what was opened")},
    {"autosave", QT_TRANSLATE_NOOP("Settings", "Come back to where I was")},
    {"recent", QT_TRANSLATE_NOOP("Settings", "Opened before")},
};

} // namespace

QString settingWords(const std::string& name)
{
    for (const Words& w : kWords)
        if (name == w.name) return QCoreApplication::translate("Settings", w.text);
    return QString::fromStdString(name);
}

QString settingWords(const std::vector<std::string>& names)
{
    if (names.size() > 2) return QCoreApplication::translate("Settings", "%1 settings").arg(names.size());
    QStringList words;
    for (const std::string& name : names) words << settingWords(name);
    return words.join(QStringLiteral(", "));
}

} // namespace firmament::window
