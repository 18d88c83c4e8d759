// Every command of the window, once: menus, keys, the omnibox, the key sheet and tool tips are all made from this list.
#pragma once

#include <QKeySequence>
#include <QList>
#include <QString>
#include <QStringList>
#include <deque>
#include <functional>

namespace firmament::window {

/// Where the keys of a command act.
enum class KeyScope : uint8_t {
    Window, ///< everywhere, but not while a text field wants the letter
    Canvas, ///< while the sky has the focus (arrows, Enter)
    Layers  ///< while the layer list has the focus
};

struct Command {
    QString id;    ///< "view.zoom-in"
    QString group; ///< heading in the key sheet: "View"
    QString text;  ///< "Zoom in"
    QList<QKeySequence> keys;
    QString icon;  ///< Lucide name or empty
    std::function<void()> run;
    std::function<bool()> enabled{}; ///< empty: always
    std::function<bool()> checked{}; ///< empty: not a switch
    KeyScope scope = KeyScope::Window;
    QString words{}; ///< more to search by
    bool inPalette = true;
    bool isEnabled() const { return !enabled || enabled(); }
    QString keyText() const; ///< "Ctrl+K", the first key in the user's spelling
};

class CommandRegistry {
public:
    Command& add(Command command); ///< ids are unique
    const Command* find(const QString& id) const;
    const std::deque<Command>& all() const { return commands_; }
    bool run(const QString& id) const; ///< false when unknown or not possible now
    /// Pairs that share a key in overlapping scopes; empty when all is well.
    QStringList conflicts() const;
    /// Tool tip: text and keys.
    QString tip(const QString& id) const;

private:
    std::deque<Command> commands_;
};

} // namespace firmament::window
