#include "app/window/commands.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <cassert>
#include <optional>

namespace firmament::window {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("Commands", text);
}

/// Empty when one of them is no key.
std::optional<QList<QKeySequence>> keysFrom(const std::vector<std::string>& texts)
{
    QList<QKeySequence> out;
    for (const std::string& text : texts) {
        const QKeySequence key(QString::fromStdString(text), QKeySequence::PortableText);
        if (key.isEmpty()) return std::nullopt;
        for (int i = 0; i < key.count(); ++i)
            if (key[static_cast<uint>(i)].key() == Qt::Key_unknown || key[static_cast<uint>(i)].key() == 0) return std::nullopt;
        if (!out.contains(key)) out << key;
    }
    return out;
}

} // namespace

QKeySequence keyOf(const QKeyEvent& event)
{
    const int key = event.key();
    Qt::KeyboardModifiers mods = event.modifiers() & ~Qt::KeypadModifier;
    // "?" is written with Shift on some keyboards and without on others.
    const bool letter = (key >= Qt::Key_A && key <= Qt::Key_Z) || (key >= Qt::Key_0 && key <= Qt::Key_9);
    if (key > Qt::Key_Space && key < Qt::Key_Escape && !letter) mods &= ~Qt::ShiftModifier;
    return QKeySequence(QKeyCombination(mods, static_cast<Qt::Key>(key)));
}

QString Command::keyText() const
{
    return keys.isEmpty() ? QString() : keys.front().toString(QKeySequence::NativeText);
}

QString Command::allKeysText() const
{
    QStringList texts;
    for (const QKeySequence& key : keys) texts << key.toString(QKeySequence::NativeText);
    return texts.join(QStringLiteral(", "));
}

Command& CommandRegistry::add(Command command)
{
    assert(!find(command.id));
    command.usualKeys = command.keys;
    return commands_.emplace_back(std::move(command));
}

const Command* CommandRegistry::find(const QString& id) const
{
    for (const Command& c : commands_)
        if (c.id == id) return &c;
    return nullptr;
}

const Command* CommandRegistry::find(KeyScope scope, const QKeySequence& key) const
{
    for (const Command& c : commands_)
        if (c.scope == scope && c.keys.contains(key)) return &c;
    return nullptr;
}

Command* CommandRegistry::own(const QString& id)
{
    for (Command& c : commands_)
        if (c.id == id) return &c;
    return nullptr;
}

bool CommandRegistry::run(const QString& id) const
{
    const Command* c = find(id);
    if (!c || !c->isEnabled()) return false;
    c->run();
    return true;
}

bool CommandRegistry::meet(const Command& a, const Command& b)
{
    return a.scope == b.scope || a.scope == KeyScope::Window || b.scope == KeyScope::Window;
}

QStringList CommandRegistry::conflicts() const
{
    QStringList out;
    for (size_t i = 0; i < commands_.size(); ++i) {
        for (size_t j = i + 1; j < commands_.size(); ++j) {
            const Command &a = commands_[i], &b = commands_[j];
            if (!meet(a, b)) continue;
            for (const QKeySequence& key : a.keys)
                if (b.keys.contains(key)) out << QStringLiteral("%1: %2, %3").arg(key.toString(), a.id, b.id);
        }
    }
    return out;
}

QString CommandRegistry::tip(const QString& id) const
{
    const Command* c = find(id);
    if (!c) return {};
    return c->keys.isEmpty() ? c->text : QStringLiteral("%1  (%2)").arg(c->text, c->keyText());
}

const Command* CommandRegistry::holder(const QKeySequence& key, const QString& id) const
{
    const Command* self = find(id);
    for (const Command& c : commands_)
        if (&c != self && c.keys.contains(key) && (!self || meet(*self, c))) return &c;
    return nullptr;
}

QStringList CommandRegistry::setOverrides(const KeyOverrides& overrides)
{
    QStringList refused;
    for (Command& c : commands_) c.keys = c.usualKeys;
    QList<Command*> changed;
    for (const auto& [id, texts] : overrides) {
        Command* c = own(QString::fromStdString(id));
        const auto keys = keysFrom(texts);
        if (!c) {
            refused << words("no command is called \"%1\"").arg(QString::fromStdString(id));
        } else if (!keys) {
            refused << words("\"%1\" has something that is no key").arg(QString::fromStdString(id));
        } else {
            c->keys = *keys;
            changed << c;
        }
    }
    // All at once first, so that two commands may exchange their keys; then whoever meets another one gives way.
    for (bool again = true; again;) {
        again = false;
        for (Command* c : changed) {
            for (const QKeySequence& key : c->keys) {
                const Command* other = holder(key, c->id);
                if (!other) continue;
                refused << words("%1 for \"%2\" belongs to \"%3\"").arg(key.toString(QKeySequence::NativeText), c->text, other->text);
                c->keys = c->usualKeys;
                changed.removeOne(c);
                again = true;
                break;
            }
            if (again) break;
        }
    }
    return refused;
}

KeyOverrides CommandRegistry::withKeys(KeyOverrides overrides, const QString& id, const QList<QKeySequence>& keys) const
{
    const Command* c = find(id);
    if (!c) return overrides;
    if (keys == c->usualKeys) {
        overrides.erase(id.toStdString());
        return overrides;
    }
    std::vector<std::string>& texts = overrides[id.toStdString()];
    texts.clear();
    for (const QKeySequence& key : keys) texts.push_back(key.toString(QKeySequence::PortableText).toStdString());
    return overrides;
}

} // namespace firmament::window
