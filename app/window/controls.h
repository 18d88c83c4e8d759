// The window's own controls, painted from the theme's tokens. All are ordinary Qt buttons, sliders and frames underneath, so
// keyboard and screen readers work as everywhere.
#pragma once

#include <QAbstractButton>
#include <QFrame>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QList>
#include <QSlider>
#include <functional>

#include "app/window/style.h"

class QButtonGroup;

namespace firmament::window {

/// 2 px accent ring around `r`, as every control shows the keyboard focus.
void paintFocusRing(QPainter& p, const Style& style, const QRectF& r, double radius);

/// An icon on a quiet button; checked = accent. Optional count badge.
class IconButton : public QAbstractButton {
    Q_OBJECT
public:
    IconButton(const Style& style, const QString& icon, const QString& name, QWidget* parent = nullptr);
    void setIconName(const QString& icon);
    void setBox(const QSize& box, int iconSize = 16); ///< the control's usual size; touch size makes it larger
    void setFilled(bool filled) { filled_ = filled; }  ///< checked: accent ground (tool strip) instead of a wash
    void setOnSky(bool onSky) { onSky_ = onSky; }      ///< lies on the sky: canvas colours in every theme
    void setBadge(const QString& badge, const char* token = "warn");
    void setIconToken(const char* token) { token_ = token; update(); }
    QSize sizeHint() const override { return style_.box(box_); }

protected:
    void paintEvent(QPaintEvent*) override;
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }

private:
    void restyle();
    const Style& style_;
    QString icon_, badge_;
    const char* badgeToken_ = "warn";
    const char* token_ = nullptr;
    QSize box_{28, 28};
    int iconSize_ = 16;
    bool filled_ = false, onSky_ = false;
};

/// Icon over a word, 52 x 50.
class RailButton : public QAbstractButton {
    Q_OBJECT
public:
    RailButton(const Style& style, const QString& icon, const QString& word, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {style_.size("railButtonWidth"), style_.size("railButtonHeight")}; }

protected:
    void paintEvent(QPaintEvent*) override;
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }

private:
    const Style& style_;
    QString icon_;
};

/// Track 4, knob 14; double-click goes to the default.
class Slider : public QSlider {
    Q_OBJECT
public:
    Slider(const Style& style, const QString& name, QWidget* parent = nullptr);
    int defaultValue = 0;
    bool hasDefault = false;
    QSize sizeHint() const override { return {120, style_.touch() ? style_.size("control") : 20}; }

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void mouseReleaseEvent(QMouseEvent*) override;
    void mouseDoubleClickEvent(QMouseEvent*) override;
    void wheelEvent(QWheelEvent*) override;

private:
    int valueAt(double x) const;
    double knob() const { return style_.size("sliderKnob"); }
    const Style& style_;
};

class Switch : public QAbstractButton {
    Q_OBJECT
public:
    Switch(const Style& style, const QString& name, QWidget* parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent*) override;

private:
    const Style& style_;
};

/// One of a few, in one frame.
class Segmented : public QWidget {
    Q_OBJECT
public:
    Segmented(const Style& style, const QString& name, const QStringList& words, QWidget* parent = nullptr);
    int current() const { return current_; }
    void setCurrent(int index); ///< no signal; -1: none
    void setWord(int index, const QString& word);
    void holdWords(int index, const QStringList& words); ///< room for each of these, so that nothing moves when the word changes
    void setNarrow(bool narrow);                         ///< less room at the sides of the words
    QSize sizeHint() const override;

signals:
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent*) override;

private:
    class Part;
    void restyle();
    const Style& style_;
    QList<Part*> parts_;
    int current_ = -1;
    bool narrow_ = false;
};

/// A rounded word that can be on.
class Chip : public QAbstractButton {
    Q_OBJECT
public:
    Chip(const Style& style, const QString& text, QWidget* parent = nullptr);
    void setIconName(const QString& icon);
    void setNarrow(bool narrow); ///< less room at the sides
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent*) override;
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }

private:
    const Style& style_;
    QString icon_;
    bool narrow_ = false;
};

/// A number with its name inside the frame, at the left.
class CaptionField : public QLineEdit {
    Q_OBJECT
public:
    CaptionField(const Style& style, const QString& caption, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent*) override;

private:
    const Style& style_;
    QString caption_;
};

/// A key in its cap.
class KeyCap : public QWidget {
    Q_OBJECT
public:
    KeyCap(const Style& style, const QString& key, QWidget* parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent*) override;

private:
    const Style& style_;
    QString key_;
};

/// Text that is cut with an ellipsis and then has the whole of itself as tool tip.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent = nullptr);
    void setFullText(const QString& text);
    QString fullText() const { return full_; }
    QSize minimumSizeHint() const override { return {20, QLabel::minimumSizeHint().height()}; }
    QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent*) override { elide(); }

private:
    void elide();
    QString full_;
};

/// Lays children out in rows, wrapping; for chips.
class FlowLayout : public QLayout {
    Q_OBJECT
public:
    explicit FlowLayout(QWidget* parent = nullptr, int gap = 6);
    ~FlowLayout() override;
    void addItem(QLayoutItem* item) override { items_.append(item); }
    int count() const override { return static_cast<int>(items_.size()); }
    QLayoutItem* itemAt(int index) const override { return items_.value(index); }
    QLayoutItem* takeAt(int index) override { return index >= 0 && index < count() ? items_.takeAt(index) : nullptr; }
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return place(QRect(0, 0, width, 0), false); }
    void setGeometry(const QRect& rect) override;
    QSize sizeHint() const override { return minimumSize(); }
    QSize minimumSize() const override;

private:
    int place(const QRect& rect, bool apply) const;
    QList<QLayoutItem*> items_;
    int gap_;
};

void paintKnob(QPainter& p, const Style& style, const QPointF& at, double radius, bool enabled); ///< of a slider
/// A width that holds the widest of `texts` in that role, in every size of the interface: what stands beside does not move when
/// the text changes. `around`: padding at both sides together.
void holdWidth(QWidget* widget, const Style& style, const QStringList& texts, TextRole role = TextRole::Body, int weight = 400, int around = 4);
QLabel* makeLabel(const QString& text, const char* look = nullptr, QWidget* parent = nullptr); ///< look: dim, faint, strong, section

} // namespace firmament::window
