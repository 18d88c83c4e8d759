// Settings: one searchable page; everything acts at once, every setting and every group has Reset, Ctrl+Z takes back.
#pragma once

#include <functional>

#include "app/window/controller.h"
#include "app/window/controls.h"
#include "app/window/panel_frame.h"

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace firmament::window {

class Canvas;
class KeyList;

/// Bytes of each kind of data as parts of one bar.
class SizeBar final : public QWidget {
    Q_OBJECT
public:
    SizeBar(const Style& style, QWidget* parent);
    void setParts(const QList<double>& parts, double whole);
    QColor colour(int part) const;
    QSize sizeHint() const override { return {120, 8}; }

protected:
    void paintEvent(QPaintEvent*) override;

private:
    const Style& style_;
    QList<double> parts_;
    double whole_ = 1;
};

class SettingsPanel final : public PanelFrame {
    Q_OBJECT
public:
    SettingsPanel(Controller& controller, Canvas& canvas, QWidget* parent);
    void focusStart() override;

private:
    using Names = std::vector<std::string>;
    struct Row {
        QWidget* widget;
        QString words;
        int group;
    };
    struct Group {
        QWidget* head;
        Names names;
    };
    void group(const QString& title, const QString& shortTitle = {});
    /// A row for the settings `names`; without names it is no setting and has no Reset.
    QWidget* add(const Names& names, const QString& text, const QString& note, QWidget* control, bool wide = false);
    void addWide(const QString& words, QWidget* content);
    void toggle(const char* name, const QString& note, bool Settings::*member);
    void number(const char* name, const QString& note, int Settings::*member, int least, int most, int step, const QString& unit);
    QPushButton* button(const QString& text, const QString& name, const std::function<void()>& run);
    void reset(const Names& names);
    void look();
    void skyGroup();
    void dataGroup();
    void networkGroup();
    void hostsRow();
    void tellProxy(const QString& why);
    void keysGroup();
    void performance();
    void privacy();
    void filter(const QString& text);
    void refreshCache();
    void refreshHistory();
    QWidget* keptLine(const QString& what, const QString& where, QPushButton* action);

    Controller& c_;
    Canvas& canvas_;
    QLineEdit* search_;
    QWidget* chips_;
    IconButton *undo_, *redo_;
    QLabel *cacheSize_ = nullptr, *none_ = nullptr;
    SizeBar* bar_ = nullptr;
    QLineEdit* proxy_ = nullptr;
    QLabel* proxyNote_ = nullptr;
    struct Shelf {
        std::string name;
        QLabel* size;
        QPushButton* clear;
    };
    QList<Shelf> shelves_;
    KeyList* keys_ = nullptr;
    int keysGroup_ = -1;
    QTimer cacheTimer_;
    QList<Row> rows_;
    QList<Group> groups_;
    QList<std::function<void()>> refreshers_;
};

} // namespace firmament::window
