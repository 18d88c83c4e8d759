#include "app/window/tips.h"

#include <algorithm>

namespace firmament::window {

namespace {
constexpr int kFirstMs = 20000, kShownMs = 15000, kBetweenMs = 60000;
}

Tips::Tips(Controller& controller, QObject* parent) : QObject(parent), c_(controller)
{
    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, [this] {
        if (!current_.isEmpty()) end();
        else showNext();
    });
    if (c_.options().screenshot.empty()) timer_.start(kFirstMs);
}

bool Tips::showNext()
{
    struct Tip {
        const char* command;
        QString text; ///< %1: its key
    };
    // A tip whose command is not there is not shown.
    const Tip tips[] = {{"go.omnibox", tr("Tip: %1 finds any name, position, survey or command")},
                        {"compare.blink", tr("Tip: %1 blinks two layers")},
                        {"compare.swipe", tr("Tip: %1 swipes one layer over another")},
                        {"tool.box", tr("Tip: Ctrl + drag, or %1, zooms to a box")},
                        {"go.bookmark", tr("Tip: %1 keeps this view as a bookmark")},
                        {"view.north-up", tr("Tip: Alt + drag turns the sky, %1 brings north up again")},
                        {"window.hide-panels", tr("Tip: %1 leaves only the sky")},
                        {"sky.grid", tr("Tip: %1 goes through the coordinate grids")},
                        {"go.back", tr("Tip: %1 goes back to where you looked before")},
                        {"tool.crosshair", tr("Tip: with %1 the arrow keys go from object to object")},
                        {"view.night", tr("Tip: %1 turns the whole window red, for dark-adapted eyes")},
                        {"edit.copy-position", tr("Tip: %1 copies the position under the pointer")},
                        {"help.keys", tr("Tip: %1 shows every key")}};
    const auto& seen = c_.settings().tipsSeen;
    for (const Tip& tip : tips) {
        const Command* command = c_.commands().find(QString::fromLatin1(tip.command));
        if (!command || command->keys.isEmpty() || std::find(seen.begin(), seen.end(), tip.command) != seen.end()) continue;
        c_.changeSettings([&](Settings& s) { s.tipsSeen.emplace_back(tip.command); });
        current_ = tip.text.arg(command->keyText());
        timer_.start(kShownMs);
        emit changed();
        return true;
    }
    return false;
}

void Tips::end()
{
    if (current_.isEmpty()) return;
    current_.clear();
    timer_.start(kBetweenMs);
    emit changed();
}

} // namespace firmament::window
