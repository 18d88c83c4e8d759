#include "app/window/panel_frame.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QWindow>
#include <algorithm>

#include "app/window/controls.h"

namespace firmament::window {

namespace {

constexpr int kTearDistance = 24, kGripWidth = 8, kGripStep = 16;

class FooterBox final : public QWidget {
public:
    FooterBox(const Style& style, QWidget* parent) : QWidget(parent), style_(style) {}

protected:
    void paintEvent(QPaintEvent*) override { QPainter(this).fillRect(QRect(0, 0, width(), 1), style_["lineSoft"]); }

private:
    const Style& style_;
};

} // namespace

PanelFrame::PanelFrame(const Style& style, const QString& title, QWidget* parent) : QFrame(parent), style_(style)
{
    setAccessibleName(title);
    column_ = new QVBoxLayout(this);
    column_->setContentsMargins(0, 0, 0, 0);
    column_->setSpacing(0);
    header_ = new QWidget(this);
    auto* row = new QHBoxLayout(header_);
    row->setContentsMargins(14, 0, 8, 0);
    row->setSpacing(8);
    title_ = new ElidedLabel; // a long name of a survey must not make the panel wider
    title_->setProperty("strong", true);
    title_->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    title_->setFullText(title);
    detail_ = makeLabel({}, "faint");
    row->addWidget(title_);
    row->addWidget(detail_);
    row->addStretch(1);
    auto* right = right_ = new QHBoxLayout;
    right->setSpacing(2);
    actions_ = new QHBoxLayout;
    actions_->setSpacing(4);
    right->addLayout(actions_);
    pin_ = new IconButton(style, QStringLiteral("pin"), tr("Dock"), this);
    tear_ = new IconButton(style, QStringLiteral("external-link"), tr("Own window"), this);
    for (IconButton* b : {pin_, tear_}) {
        b->setBox({24, 24}, 14);
        b->setCheckable(true);
        right->addWidget(b);
    }
    connect(pin_, &QAbstractButton::clicked, this, [this] {
        emit modeWanted(mode_ == PanelMode::Docked ? PanelMode::Floating : PanelMode::Docked, {});
    });
    connect(tear_, &QAbstractButton::clicked, this, [this] {
        emit modeWanted(mode_ == PanelMode::Torn ? PanelMode::Floating : PanelMode::Torn, {});
    });
    row->addLayout(right);
    column_->addWidget(header_);
    scroll_ = new QScrollArea(this);
    scroll_->setWidgetResizable(true);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setFocusPolicy(Qt::NoFocus);
    scroll_->setMinimumHeight(1); // with little in it, it must not take the height of what does not scroll
    scroll_->viewport()->setAutoFillBackground(false);
    content_ = new QWidget;
    content_->setAutoFillBackground(false);
    body_ = new QVBoxLayout(content_);
    body_->setContentsMargins(14, 0, 14, 12);
    body_->setSpacing(8);
    scroll_->setWidget(content_);
    content_->setAutoFillBackground(false);
    content_->installEventFilter(this);
    column_->addWidget(scroll_, 1);
    connect(&style, &Style::changed, this, &PanelFrame::restyle);
    restyle();
    setMode(PanelMode::Floating);
}

void PanelFrame::restyle()
{
    header_->setFixedHeight(style_.size("panelHeader") - (tight_ ? 8 : 0));
    update();
    emit heightWanted();
}

QString PanelFrame::title() const
{
    return title_->fullText();
}

void PanelFrame::setTitle(const QString& title)
{
    if (title_->fullText() == title) return;
    title_->setFullText(title);
    setAccessibleName(title);
    setMode(mode_);
    emit titleChanged();
}

void PanelFrame::setTightHeader(bool tight)
{
    if (tight_ == tight) return;
    tight_ = tight;
    restyle();
}

void PanelFrame::setDetail(const QString& detail)
{
    detail_->setText(detail);
}

void PanelFrame::setMode(PanelMode mode)
{
    mode_ = mode;
    pin_->setVisible(mode != PanelMode::Torn);
    pin_->setChecked(mode == PanelMode::Docked);
    tear_->setChecked(mode == PanelMode::Torn);
    const auto name = [](IconButton* b, const QString& text) {
        b->setToolTip(text);
        b->setAccessibleName(text);
    };
    name(pin_, mode == PanelMode::Docked ? tr("Let %1 float over the sky").arg(title()) : tr("Dock %1 to the edge").arg(title()));
    name(tear_, mode == PanelMode::Torn ? tr("Put %1 back into the window").arg(title()) : tr("Put %1 into a window of its own").arg(title()));
    update();
}

void PanelFrame::addClose(const QString& name)
{
    auto* close = new IconButton(style_, QStringLiteral("x"), name, this);
    close->setBox({24, 24}, 14);
    connect(close, &QAbstractButton::clicked, this, &PanelFrame::closeWanted);
    right_->addWidget(close);
}

QVBoxLayout* PanelFrame::top()
{
    if (!top_) {
        auto* box = new QWidget(this);
        top_ = new QVBoxLayout(box);
        top_->setContentsMargins(14, 0, 14, 8);
        top_->setSpacing(8);
        column_->insertWidget(1, box);
    }
    return top_;
}

QVBoxLayout* PanelFrame::footer()
{
    if (!footer_) {
        auto* box = new FooterBox(style_, this); // with its line: whoever hides it hides both
        footer_ = new QVBoxLayout(box);
        footer_->setContentsMargins(14, 8, 14, 10);
        footer_->setSpacing(8);
        column_->addWidget(box);
    }
    return footer_;
}

void PanelFrame::setBodyWidget(QWidget* widget, int wantedHeight)
{
    bodyWidget_ = widget;
    bodyWanted_ = wantedHeight;
    scroll_->hide();
    column_->insertWidget(column_->indexOf(scroll_), widget, 1);
}

void PanelFrame::scrollTo(QWidget* child)
{
    scroll_->verticalScrollBar()->setValue(child->mapTo(content_, QPoint(0, 0)).y());
}

void PanelFrame::reveal(QWidget* child, const QRect& part)
{
    const QRect r(child->mapTo(content_, part.topLeft()), part.size());
    scroll_->ensureVisible(r.center().x(), r.bottom(), 0, 8);
    scroll_->ensureVisible(r.center().x(), r.top(), 0, 8);
}

int PanelFrame::wantedHeight() const
{
    int h = header_->maximumHeight();
    const int inner = width_;
    for (int i = 1; i < column_->count(); ++i) {
        QWidget* w = column_->itemAt(i)->widget();
        if (!w || w == scroll_ || w == bodyWidget_ || w->isHidden()) continue;
        h += w->layout() && w->layout()->hasHeightForWidth() ? w->layout()->heightForWidth(inner) : std::max(w->minimumHeight(), w->sizeHint().height());
    }
    if (bodyWidget_) return h + bodyWanted_;
    h += content_->layout()->hasHeightForWidth() ? content_->layout()->heightForWidth(inner) : content_->sizeHint().height();
    return h;
}

int PanelFrame::leastWidth() const
{
    int least = header_->minimumSizeHint().width();
    if (bodyWidget_) least = std::max(least, bodyWidget_->minimumSizeHint().width());
    else least = std::max(least, content_->minimumSizeHint().width());
    for (const QVBoxLayout* part : {top_, footer_})
        if (part) least = std::max(least, part->minimumSize().width());
    return std::min(least, kMostPanelWidth);
}

void PanelFrame::focusStart()
{
    // The first control of the content; the buttons of the header come after.
    for (QWidget* w = nextInFocusChain(); w && w != this; w = w->nextInFocusChain()) {
        if (!isAncestorOf(w) || header_->isAncestorOf(w) || !w->isVisibleTo(this) || !w->isEnabled() || !(w->focusPolicy() & Qt::TabFocus)) continue;
        w->setFocus(Qt::TabFocusReason);
        return;
    }
    tear_->setFocus(Qt::TabFocusReason);
}

bool PanelFrame::event(QEvent* event)
{
    if (event->type() == QEvent::LayoutRequest) emit heightWanted();
    return QFrame::event(event);
}

bool PanelFrame::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == content_ && event->type() == QEvent::LayoutRequest) emit heightWanted();
    return QFrame::eventFilter(watched, event);
}

void PanelFrame::mousePressEvent(QMouseEvent* e)
{
    pressed_ = e->globalPosition().toPoint();
    onHeader_ = e->button() == Qt::LeftButton && e->position().y() < header_->height();
    e->accept(); // clicks on a panel never reach the sky
}

void PanelFrame::mouseMoveEvent(QMouseEvent* e)
{
    const QPoint at = e->globalPosition().toPoint();
    if (!onHeader_ || (at - pressed_).manhattanLength() < kTearDistance) return;
    onHeader_ = false;
    if (mode_ != PanelMode::Torn) emit modeWanted(PanelMode::Torn, at - pressed_ + mapToGlobal(QPoint(0, 0)));
    else if (QWindow* own = window()->windowHandle()) own->startSystemMove();
}

void PanelFrame::mouseReleaseEvent(QMouseEvent* e)
{
    onHeader_ = false;
    e->accept();
}

void PanelFrame::keyPressEvent(QKeyEvent* e)
{
    if (e->key() == Qt::Key_Escape) emit closeWanted();
    else QFrame::keyPressEvent(e);
}

void PanelFrame::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    if (mode_ == PanelMode::Floating) {
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(style_["line"]);
        p.setBrush(style_["panel"]);
        p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
        return;
    }
    QColor ground = style_["panel"];
    ground.setAlpha(255);
    p.fillRect(rect(), ground);
    if (mode_ != PanelMode::Docked) return;
    // A line at the edge to the sky: the one that is not at the border of the canvas.
    p.fillRect(x() > 0 ? QRect(0, 0, 1, height()) : QRect(width() - 1, 0, 1, height()), style_["line"]);
}

// EdgeGrip -----------------------------------------------------------------------------------------------------------

EdgeGrip::EdgeGrip(const Style& style, bool onRight, QWidget* parent) : QWidget(parent), style_(style), onRight_(onRight)
{
    setCursor(Qt::SizeHorCursor);
    setFocusPolicy(Qt::TabFocus);
    hide();
}

void EdgeGrip::follow(PanelFrame* panel, const QRect& at)
{
    panel_ = panel;
    const int width = std::max(kGripWidth, style_.hitSlop());
    setGeometry(onRight_ ? at.left() - width : at.right() + 1, at.top(), width, at.height());
    const QString name = tr("Width of %1: drag or use the arrows").arg(panel->title());
    if (name != accessibleName()) {
        setAccessibleName(name);
        setToolTip(name);
    }
    show();
    raise();
}

void EdgeGrip::want(int width)
{
    emit widthWanted(std::clamp(width, kLeastPanelWidth, kMostPanelWidth));
}

void EdgeGrip::mousePressEvent(QMouseEvent* e)
{
    dragging_ = e->button() == Qt::LeftButton && panel_;
    if (dragging_) {
        startX_ = e->globalPosition().x();
        startWidth_ = panel_->width();
    }
    e->accept();
}

void EdgeGrip::mouseMoveEvent(QMouseEvent* e)
{
    if (!dragging_) return;
    const int by = static_cast<int>(e->globalPosition().x() - startX_);
    want(startWidth_ + (onRight_ ? -by : by));
}

void EdgeGrip::mouseReleaseEvent(QMouseEvent* e)
{
    dragging_ = false;
    e->accept();
    update();
}

void EdgeGrip::mouseDoubleClickEvent(QMouseEvent* e)
{
    dragging_ = false;
    e->accept();
    if (panel_) want(panel_->defaultWidth);
}

void EdgeGrip::keyPressEvent(QKeyEvent* e)
{
    if (!panel_) return;
    const int outward = onRight_ ? Qt::Key_Left : Qt::Key_Right, inward = onRight_ ? Qt::Key_Right : Qt::Key_Left;
    if (e->key() == outward) want(panel_->width() + kGripStep);
    else if (e->key() == inward) want(panel_->width() - kGripStep);
    else if (e->key() == Qt::Key_Home) want(panel_->defaultWidth);
    else QWidget::keyPressEvent(e);
}

void EdgeGrip::paintEvent(QPaintEvent*)
{
    if (!underMouse() && !dragging_ && !hasFocus()) return;
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(Qt::NoPen);
    p.setBrush(style_["accent"]);
    const double x = onRight_ ? width() - 3 : 1;
    p.drawRoundedRect(QRectF(x, 10, 2, std::max(0, height() - 20)), 1, 1);
}

} // namespace firmament::window
