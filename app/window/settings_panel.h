// Settings: one searchable page; everything applies at once, each group has Reset.
#pragma once

#include <functional>

#include "app/window/controller.h"
#include "app/window/controls.h"

class QLineEdit;

namespace firmament::window {

class Canvas;

class SettingsPanel final : public PanelFrame {
    Q_OBJECT
public:
    SettingsPanel(Controller& controller, Canvas& canvas, QWidget* parent);
    void focusStart() override;

private:
    struct Row {
        QWidget* widget;
        QString words;
        int group;
    };
    void group(const QString& title, const std::function<void(Settings&)>& reset);
    void add(const QString& text, const QString& note, QWidget* control, bool wide = false);
    void toggle(const QString& text, const QString& note, bool Settings::*member);
    void number(const QString& text, const QString& note, int Settings::*member, int least, int most, int step, const QString& unit);
    void look();
    void skyGroup();
    void dataGroup();
    void networkGroup();
    void performance();
    void privacy();
    void filter(const QString& text);
    void refreshCacheSize();
    Controller& c_;
    Canvas& canvas_;
    QLineEdit* search_;
    QLabel *cacheSize_ = nullptr, *none_;
    QList<Row> rows_;
    QList<QWidget*> heads_;
    QList<std::function<void()>> refreshers_;
};

} // namespace firmament::window
