#include "app/window/commands.h"

#include <cassert>

namespace firmament::window {

QString Command::keyText() const
{
    return keys.isEmpty() ? QString() : keys.front().toString(QKeySequence::NativeText);
}

Command& CommandRegistry::add(Command command)
{
    assert(!find(command.id));
    return commands_.emplace_back(std::move(command));
}

const Command* CommandRegistry::find(const QString& id) const
{
    for (const Command& c : commands_)
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

QStringList CommandRegistry::conflicts() const
{
    QStringList out;
    for (size_t i = 0; i < commands_.size(); ++i) {
        for (size_t j = i + 1; j < commands_.size(); ++j) {
            const Command &a = commands_[i], &b = commands_[j];
            const bool meet = a.scope == b.scope || a.scope == KeyScope::Window || b.scope == KeyScope::Window;
            if (!meet) continue;
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

} // namespace firmament::window
