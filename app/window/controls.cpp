#include "app/window/controls.h"

#include <QEvent>
#include <QFontMetricsF>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollArea>
#include <QScrollBar>
#include <QStyle>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace firmament::window {

namespace {

void fillRound(QPainter& p, const QRectF& r, double radius, const QColor& fill, const QColor& line = Qt::transparent)
{
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(line.alpha() ? QPen(line, 1) : Qt::NoPen);
    p.setBrush(fill);
    p.drawRoundedRect(line.alpha() ? r.adjusted(0.5, 0.5, -0.5, -0.5) : r, radius, radius);
}

void drawIcon(QPainter& p, const Style& style, const QString& icon, int size, const QRectF& box, const QColor& colour)
{
    const QPixmap pixmap = style.pixmap(icon, size, colour, p.device()->devicePixelRatioF());
    p.drawPixmap(QPointF(std::round(box.center().x() - size / 2.0), std::round(box.center().y() - size / 2.0)), pixmap);
}

} // namespace

void paintFocusRing(QPainter& p, const Style& style, const QRectF& r, double radius)
{
    p.setRenderHint(QPainter::Antialiasing);
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen(style["accent"], 2));
    p.drawRoundedRect(r.adjusted(1, 1, -1, -1), radius, radius);
}

void holdWidth(QWidget* widget, const Style& style, const QStringList& texts, TextRole role, int weight, int around)
{
    const auto measure = [widget, &style, texts, role, weight, around] {
        const QFontMetricsF m(style.font(role, weight));
        double widest = 0;
        for (const QString& t : texts) widest = std::max(widest, m.horizontalAdvance(t));
        widget->setFixedWidth(static_cast<int>(std::ceil(widest)) + around);
    };
    QObject::connect(&style, &Style::changed, widget, measure);
    measure();
}

void paintKnob(QPainter& p, const Style& style, const QPointF& at, double radius, bool enabled)
{
    const Theme& t = style.theme();
    const bool light = t.name == ThemeName::Light; // white on white wants an edge
    p.setPen(QPen(light ? t[enabled ? "accent" : "textFaint"] : t["line"], light ? 1.5 : 1));
    p.setBrush(light || (enabled && t.name == ThemeName::Dark) ? QColor(Qt::white) : enabled ? t["accent"] : t["textFaint"]);
    const double r = radius - (light ? 0.75 : 0.5);
    p.drawEllipse(at, r, r);
}

QLabel* makeLabel(const QString& text, const char* look, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    if (look) label->setProperty(look, true);
    return label;
}

// IconButton ---------------------------------------------------------------------------------------------------------

IconButton::IconButton(const Style& style, const QString& icon, const QString& name, QWidget* parent)
    : QAbstractButton(parent), style_(style), icon_(icon)
{
    setAccessibleName(name);
    setToolTip(name);
    setFocusPolicy(Qt::TabFocus);
    connect(&style, &Style::changed, this, &IconButton::restyle);
    restyle();
}

void IconButton::restyle()
{
    setFixedSize(style_.box(box_));
    update();
}

void IconButton::setIconName(const QString& icon)
{
    if (icon_ == icon) return;
    icon_ = icon;
    update();
}

void IconButton::setBox(const QSize& box, int iconSize)
{
    box_ = box;
    iconSize_ = iconSize;
    restyle();
}

void IconButton::setBadge(const QString& badge, const char* token)
{
    if (badge_ == badge && badgeToken_ == token) return;
    badge_ = badge;
    badgeToken_ = token;
    update();
}

void IconButton::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const QRectF r = rect();
    const bool on = isChecked();
    const Theme& t = style_.theme();
    const auto colour = [this](const char* token) { return onSky_ ? style_.onSky(token) : style_[token]; };
    QColor ink = token_ ? t[token_] : on ? colour("accent") : onSky_ ? t["canvasTextDim"] : t["textDim"];
    if (on && filled_) {
        fillRound(p, r.adjusted(1, 1, -1, -1), 6, colour("accent"));
        ink = colour("onAccent");
    } else if (isDown()) {
        fillRound(p, r.adjusted(1, 1, -1, -1), 6, onSky_ ? style_.veil(0.16F) : t["press"]);
    } else if (on) {
        fillRound(p, r.adjusted(1, 1, -1, -1), 6, t["accentWash"]);
    } else if (isEnabled() && underMouse()) {
        fillRound(p, r.adjusted(1, 1, -1, -1), 6, onSky_ ? style_.veil(0.1F) : t["hover"]);
        if (!token_) ink = onSky_ ? t["canvasText"] : t["text"];
    }
    if (!isEnabled()) ink.setAlphaF(0.4F);
    drawIcon(p, style_, icon_, iconSize_, r, ink);
    if (!badge_.isEmpty()) {
        p.setFont(style_.font(TextRole::Rail, 600));
        const double w = std::max(14.0, QFontMetricsF(p.font()).horizontalAdvance(badge_) + 6);
        const QRectF b(r.right() - w, r.top(), w, 14);
        fillRound(p, b, 7, t[badgeToken_]);
        p.setPen(t["onAccent"]);
        p.drawText(b, Qt::AlignCenter, badge_);
    }
    if (hasFocus()) paintFocusRing(p, style_, r, 6);
}

// RailButton ---------------------------------------------------------------------------------------------------------

RailButton::RailButton(const Style& style, const QString& icon, const QString& word, QWidget* parent)
    : QAbstractButton(parent), style_(style), icon_(icon)
{
    setText(word);
    setAccessibleName(word);
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
    const auto restyle = [this] {
        setFixedSize(sizeHint());
        update();
    };
    connect(&style, &Style::changed, this, restyle);
    restyle();
}

void RailButton::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const Theme& t = style_.theme();
    const QRectF r = rect();
    QColor ink = t["textDim"];
    if (isChecked()) {
        fillRound(p, r, 8, t["accentWash"]);
        ink = t["accent"];
    } else if (underMouse()) {
        fillRound(p, r, 8, t["hover"]);
        ink = t["text"];
    }
    const double top = (r.height() - 38) / 2;
    drawIcon(p, style_, icon_, 20, QRectF(0, top, r.width(), 20), ink);
    p.setFont(style_.font(TextRole::Rail, 500));
    p.setPen(ink);
    p.drawText(QRectF(0, top + 23, r.width(), 16), Qt::AlignHCenter | Qt::AlignVCenter, text());
    if (hasFocus()) paintFocusRing(p, style_, r, 8);
}

// Slider -------------------------------------------------------------------------------------------------------------

Slider::Slider(const Style& style, const QString& name, QWidget* parent) : QSlider(Qt::Horizontal, parent), style_(style)
{
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    const auto restyle = [this] {
        setMinimumHeight(sizeHint().height());
        updateGeometry();
        update();
    };
    connect(&style, &Style::changed, this, restyle);
    restyle();
}

int Slider::valueAt(double x) const
{
    const double usable = std::max(1.0, width() - knob());
    const double share = std::clamp((x - knob() / 2) / usable, 0.0, 1.0);
    return minimum() + static_cast<int>(std::lround(share * (maximum() - minimum())));
}

void Slider::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const Theme& t = style_.theme();
    const double share = maximum() > minimum() ? static_cast<double>(value() - minimum()) / (maximum() - minimum()) : 0;
    const double y = height() / 2.0, x = knob() / 2 + share * (width() - knob());
    fillRound(p, QRectF(0, y - 2, width(), 4), 2, t["track"]);
    if (isEnabled()) fillRound(p, QRectF(0, y - 2, x, 4), 2, t["accent"]);
    paintKnob(p, style_, {x, y}, knob() / 2, isEnabled());
    if (hasFocus()) {
        p.setBrush(Qt::NoBrush);
        p.setPen(QPen(t["accent"], 2));
        p.drawEllipse(QPointF(x, y), knob() / 2 + 1, knob() / 2 + 1);
    }
}

void Slider::mousePressEvent(QMouseEvent* e)
{
    if (e->button() != Qt::LeftButton) return;
    setSliderDown(true);
    setValue(valueAt(e->position().x()));
    e->accept();
}

void Slider::mouseMoveEvent(QMouseEvent* e)
{
    if (isSliderDown()) setValue(valueAt(e->position().x()));
}

void Slider::mouseReleaseEvent(QMouseEvent*)
{
    setSliderDown(false);
}

void Slider::mouseDoubleClickEvent(QMouseEvent*)
{
    if (hasDefault) setValue(defaultValue);
    emit sliderReleased();
}

void Slider::wheelEvent(QWheelEvent* e)
{
    e->ignore(); // scrolling a panel never changes a value on the way
}

// Switch -------------------------------------------------------------------------------------------------------------

Switch::Switch(const Style& style, const QString& name, QWidget* parent) : QAbstractButton(parent), style_(style)
{
    setCheckable(true);
    setAccessibleName(name);
    setFocusPolicy(Qt::StrongFocus);
    const auto restyle = [this] {
        setFixedSize(sizeHint());
        update();
    };
    connect(&style, &Style::changed, this, restyle);
    restyle();
}

QSize Switch::sizeHint() const
{
    return style_.touch() ? QSize(50, style_.size("control")) : QSize(34, 24);
}

void Switch::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const Theme& t = style_.theme();
    const double high = style_.touch() ? 28 : 18, radius = high / 2;
    const QRectF track(2, (height() - high) / 2, width() - 4, high);
    fillRound(p, track, radius, isChecked() ? t["accent"] : t["track"], isChecked() ? QColor(Qt::transparent) : t["textFaint"]);
    p.setPen(Qt::NoPen);
    p.setBrush(isChecked() ? (t.name == ThemeName::Night ? t["onAccent"] : QColor(Qt::white)) : t["textDim"]);
    p.drawEllipse(QPointF(isChecked() ? track.right() - radius : track.left() + radius, track.center().y()), radius - 2.5, radius - 2.5);
    if (hasFocus()) paintFocusRing(p, style_, track.adjusted(-2, -3, 2, 3), radius + 2);
}

// Segmented ----------------------------------------------------------------------------------------------------------

class Segmented::Part final : public QAbstractButton {
public:
    Part(Segmented& owner, const QString& text) : QAbstractButton(&owner), owner_(owner)
    {
        setCheckable(true);
        setFocusPolicy(Qt::StrongFocus);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        setWord(text);
    }
    void setWord(const QString& text)
    {
        setText(text);
        setAccessibleName(owner_.accessibleName() + QStringLiteral(": ") + text);
    }
    QSize sizeHint() const override
    {
        const QFontMetricsF m(owner_.style_.font(TextRole::Control, 500));
        double widest = m.horizontalAdvance(text());
        for (const QString& word : held) widest = std::max(widest, m.horizontalAdvance(word));
        return {static_cast<int>(std::ceil(widest)) + (owner_.narrow_ ? 9 : 18), owner_.style_.size("control") - 2};
    }
    QStringList held; ///< words that it may come to have

protected:
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }
    void nextCheckState() override {}
    void keyPressEvent(QKeyEvent* e) override
    {
        const int step = e->key() == Qt::Key_Right || e->key() == Qt::Key_Down ? 1 : e->key() == Qt::Key_Left || e->key() == Qt::Key_Up ? -1 : 0;
        if (step == 0) return QAbstractButton::keyPressEvent(e);
        const int i = std::clamp(static_cast<int>(owner_.parts_.indexOf(this)) + step, 0, static_cast<int>(owner_.parts_.size()) - 1);
        owner_.parts_[i]->setFocus();
        owner_.parts_[i]->click();
    }
    void paintEvent(QPaintEvent*) override
    {
        QPainter p(this);
        const Theme& t = owner_.style_.theme();
        if (isChecked()) fillRound(p, QRectF(rect()).adjusted(2, 2, -2, -2), 4, t.name == ThemeName::Light ? t["panel"] : t["press"], t["line"]);
        else if (underMouse() && isEnabled()) fillRound(p, QRectF(rect()).adjusted(2, 2, -2, -2), 4, t["hover"]);
        p.setFont(owner_.style_.font(TextRole::Control, isChecked() ? 500 : 400));
        QColor ink = isChecked() ? t["text"] : t["textDim"];
        if (!isEnabled()) ink = t["textFaint"];
        p.setPen(ink);
        p.drawText(rect(), Qt::AlignCenter, text());
        if (hasFocus()) paintFocusRing(p, owner_.style_, rect(), 6);
    }

private:
    Segmented& owner_;
};

Segmented::Segmented(const Style& style, const QString& name, const QStringList& words, QWidget* parent) : QWidget(parent), style_(style)
{
    setAccessibleName(name);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    for (int i = 0; i < words.size(); ++i) {
        auto* part = new Part(*this, words[i]);
        parts_.append(part);
        row->addWidget(part);
        connect(part, &QAbstractButton::clicked, this, [this, i] {
            setCurrent(i);
            emit chosen(i);
        });
    }
    connect(&style, &Style::changed, this, &Segmented::restyle);
    restyle();
}

void Segmented::restyle()
{
    setFixedHeight(style_.size("control"));
    auto* row = static_cast<QHBoxLayout*>(layout());
    for (Part* part : parts_) {
        row->setStretchFactor(part, std::max(1, part->sizeHint().width())); // room by need: a long word takes from a short one
        part->updateGeometry();
    }
    updateGeometry();
    update();
}

void Segmented::setWord(int index, const QString& word)
{
    if (parts_[index]->text() == word) return;
    parts_[index]->setWord(word);
    restyle();
}

void Segmented::holdWords(int index, const QStringList& words)
{
    parts_[index]->held = words;
    restyle();
}

void Segmented::setNarrow(bool narrow)
{
    narrow_ = narrow;
    restyle();
}

void Segmented::setCurrent(int index)
{
    current_ = index;
    for (int i = 0; i < parts_.size(); ++i) parts_[i]->setChecked(i == index);
}

QSize Segmented::sizeHint() const
{
    int all = 0;
    for (const Part* part : parts_) all += part->sizeHint().width();
    return {all, style_.size("control")};
}

void Segmented::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    fillRound(p, rect(), 6, style_["raised"], style_["line"]);
}

// Chip, KeyCap -------------------------------------------------------------------------------------------------------

Chip::Chip(const Style& style, const QString& text, QWidget* parent) : QAbstractButton(parent), style_(style)
{
    setText(text);
    setAccessibleName(text);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&style, &Style::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void Chip::setIconName(const QString& icon)
{
    icon_ = icon;
    updateGeometry();
    update();
}

void Chip::setNarrow(bool narrow)
{
    narrow_ = narrow;
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const
{
    const QFontMetricsF m(style_.font(TextRole::Small, 500));
    const int wide = std::max(24, static_cast<int>(std::ceil(m.horizontalAdvance(text()))) + (narrow_ ? 14 : icon_.isEmpty() ? 20 : 38));
    return {wide, style_.box({24, 24}).height()};
}

void Chip::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const Theme& t = style_.theme();
    const QRectF r = rect();
    fillRound(p, r, icon_.isEmpty() ? (style_.touch() ? 16 : 11) : 6, isChecked() ? t["accentWash"] : isDown() ? t["press"] : underMouse() ? t["hover"] : t["chip"],
              isChecked() && isCheckable() ? t["accent"] : icon_.isEmpty() ? QColor(Qt::transparent) : t["line"]);
    p.setFont(style_.font(TextRole::Small, 500));
    p.setPen(isChecked() ? t["accent"] : t["text"]);
    if (narrow_) {
        p.drawText(r, Qt::AlignCenter, text());
        if (hasFocus()) paintFocusRing(p, style_, r, 11);
        return;
    }
    double left = 10;
    if (!icon_.isEmpty()) {
        drawIcon(p, style_, icon_, 14, QRectF(8, 0, 14, r.height()), t["textDim"]);
        left = 27;
    }
    p.drawText(r.adjusted(left, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
    if (hasFocus()) paintFocusRing(p, style_, r, icon_.isEmpty() ? (style_.touch() ? 16 : 11) : 6);
}

CaptionField::CaptionField(const Style& style, const QString& caption, QWidget* parent) : QLineEdit(parent), style_(style), caption_(caption)
{
    setAccessibleName(caption);
    setAlignment(Qt::AlignRight);
    const auto restyle = [this] {
        setTextMargins(static_cast<int>(std::ceil(QFontMetricsF(style_.font(TextRole::Small)).horizontalAdvance(caption_))) + 8, 0, 0, 0);
    };
    connect(&style, &Style::changed, this, restyle);
    restyle();
}

void CaptionField::paintEvent(QPaintEvent* e)
{
    QLineEdit::paintEvent(e);
    QPainter p(this);
    p.setFont(style_.font(TextRole::Small));
    p.setPen(style_["textFaint"]);
    p.drawText(QRectF(rect()).adjusted(10, 0, -10, 0), Qt::AlignVCenter | Qt::AlignLeft, caption_);
}

KeyCap::KeyCap(const Style& style, const QString& key, QWidget* parent) : QWidget(parent), style_(style), key_(key)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&style, &Style::changed, this, qOverload<>(&QWidget::update));
}

QSize KeyCap::sizeHint() const
{
    const QFontMetricsF m(style_.font(TextRole::Caption, 500));
    return {std::max(20, static_cast<int>(std::ceil(m.horizontalAdvance(key_))) + 12), 18};
}

void KeyCap::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const QRectF r(0, (height() - 18) / 2.0, width(), 18);
    fillRound(p, r, 4, style_["chip"], style_["line"]);
    p.setFont(style_.font(TextRole::Caption, 500));
    p.setPen(style_["textDim"]);
    p.drawText(r, Qt::AlignCenter, key_);
}

// ElidedLabel --------------------------------------------------------------------------------------------------------

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent)
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    setTextFormat(Qt::PlainText);
}

void ElidedLabel::setFullText(const QString& text)
{
    if (full_ == text) return;
    full_ = text;
    elide();
    updateGeometry();
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(full_) + 2, QLabel::sizeHint().height()};
}

void ElidedLabel::elide()
{
    const QString shown = fontMetrics().elidedText(full_, Qt::ElideRight, std::max(0, width()));
    if (text() != shown) setText(shown);
    setToolTip(shown == full_ ? QString() : full_);
}

// FlowLayout ---------------------------------------------------------------------------------------------------------

FlowLayout::FlowLayout(QWidget* parent, int gap) : QLayout(parent), gap_(gap)
{
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(items_);
}

void FlowLayout::setGeometry(const QRect& rect)
{
    QLayout::setGeometry(rect);
    place(rect, true);
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem* item : items_) size = size.expandedTo(item->minimumSize());
    return size;
}

int FlowLayout::place(const QRect& rect, bool apply) const
{
    int x = rect.x(), y = rect.y(), row = 0;
    for (QLayoutItem* item : items_) {
        if (item->isEmpty()) continue;
        const QSize size = item->sizeHint();
        if (x > rect.x() && x + size.width() > rect.right() + 1) {
            x = rect.x();
            y += row + gap_;
            row = 0;
        }
        if (apply) item->setGeometry(QRect(QPoint(x, y), size));
        x += size.width() + gap_;
        row = std::max(row, size.height());
    }
    return y + row - rect.y();
}

} // namespace firmament::window
