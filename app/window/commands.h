// Every command of the window, once: menus, keys, the omnibox, the key sheet and tool tips are all made from this list.
#pragma once

#include <QKeySequence>
#include <QList>
#include <QString>
#include <QStringList>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

class QKeyEvent;

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
    QList<QKeySequence> keys; ///< in force
    QString icon;  ///< Lucide name or empty
    std::function<void()> run;
    std::function<bool()> enabled{}; ///< empty: always
    std::function<bool()> checked{}; ///< empty: not a switch
    KeyScope scope = KeyScope::Window;
    QString words{}; ///< more to search by
    bool inPalette = true;
    QList<QKeySequence> usualKeys{}; ///< as the program comes; set by CommandRegistry::add
    bool isEnabled() const { return !enabled || enabled(); }
    QString keyText() const; ///< "Ctrl+K", the first key in the user's spelling
    QString allKeysText() const; ///< "Ctrl+K, /"
};

/// The key of an event as it is written in the registry.
QKeySequence keyOf(const QKeyEvent& event);

/// What the user changed: command id -> keys in portable spelling ("Ctrl+K"); an empty list takes all keys away.
using KeyOverrides = std::map<std::string, std::vector<std::string>>;

class CommandRegistry {
public:
    Command& add(Command command); ///< ids are unique
    const Command* find(const QString& id) const;
    const std::deque<Command>& all() const { return commands_; }
    const Command* find(KeyScope scope, const QKeySequence& key) const; ///< the command of that scope that has the key
    bool run(const QString& id) const; ///< false when unknown or not possible now
    /// Pairs that share a key in overlapping scopes; empty when all is well.
    QStringList conflicts() const;
    /// Tool tip: text and keys.
    QString tip(const QString& id) const;

    /// Puts the user's keys in place of the usual ones. Says what was passed over: unknown commands, what is no key, and keys
    /// that another command has.
    QStringList setOverrides(const KeyOverrides& overrides);
    /// The other command that has `key` where `id` would need it; null when it is free.
    const Command* holder(const QKeySequence& key, const QString& id) const;
    /// Overrides with the keys of `id` replaced by `keys`; nothing is stored for the usual ones.
    KeyOverrides withKeys(KeyOverrides overrides, const QString& id, const QList<QKeySequence>& keys) const;

private:
    Command* own(const QString& id);
    static bool meet(const Command& a, const Command& b);
    std::deque<Command> commands_;
};

} // namespace firmament::window
