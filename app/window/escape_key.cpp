#include "app/window/escape_key.h"

#include <QKeyEvent>

namespace firmament::window {

EscapeKey::EscapeKey(QWidget* field, std::function<void()> giveUp) : QObject(field), giveUp_(std::move(giveUp))
{
    field->installEventFilter(this);
}

bool EscapeKey::eventFilter(QObject*, QEvent* event)
{
    const bool override = event->type() == QEvent::ShortcutOverride;
    if ((!override && event->type() != QEvent::KeyPress) || static_cast<QKeyEvent*>(event)->key() != Qt::Key_Escape) return false;
    if (override) event->accept(); // the press comes to the field
    else giveUp_();
    return true;
}

} // namespace firmament::window
