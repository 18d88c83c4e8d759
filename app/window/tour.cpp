#include "app/window/tour.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "app/window/controls.h"

namespace firmament::window {

namespace {

constexpr int kWidth = 360, kGap = 12, kRing = 4;

class Ring final : public QWidget {
public:
    Ring(const Style& style, QWidget* parent) : QWidget(parent), style_(style)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setAccessibleName(Tour::tr("What this step is about"));
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter p(this);
        p.setRenderHint(QPainter::Antialiasing);
        p.setBrush(Qt::NoBrush);
        p.setPen(QPen(style_["accent"], 2));
        p.drawRoundedRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5), 8, 8);
    }

private:
    const Style& style_;
};

} // namespace

Tour::Tour(Controller& controller, std::vector<TourStep> steps, QWidget* window)
    : QWidget(window), c_(controller), steps_(std::move(steps)), ring_(new Ring(controller.style(), window))
{
    setAccessibleName(tr("Tour"));
    setFocusPolicy(Qt::StrongFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 12, 12);
    column->setSpacing(8);
    auto* head = new QHBoxLayout;
    title_ = makeLabel({}, "title", this);
    count_ = makeLabel({}, "faint", this);
    auto* close = new IconButton(c_.style(), QStringLiteral("x"), tr("Leave the tour"), this);
    close->setToolTip(tr("Leave the tour  (Esc)"));
    connect(close, &QAbstractButton::clicked, this, &Tour::leave);
    head->addWidget(title_);
    head->addStretch(1);
    head->addWidget(count_);
    head->addWidget(close);
    column->addLayout(head);
    text_ = makeLabel({}, nullptr, this);
    text_->setWordWrap(true);
    column->addWidget(text_);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(8);
    did_ = makeLabel(tr("Done"), "dim", this);
    const auto button = [this](const QString& text) {
        auto* b = new QPushButton(text, this);
        b->setAccessibleName(text);
        return b;
    };
    back_ = button(tr("Back"));
    next_ = button(tr("Next"));
    next_->setProperty("primary", true);
    connect(back_, &QPushButton::clicked, this, [this] { go(step_ - 1); });
    connect(next_, &QPushButton::clicked, this, [this] { go(step_ + 1); });
    foot->addWidget(did_);
    foot->addStretch(1);
    foot->addWidget(back_);
    foot->addWidget(next_);
    column->addLayout(foot);
    // Whatever the user may have done shows in one of these.
    connect(&c_, &Controller::viewChanged, this, &Tour::look);
    connect(&c_, &Controller::panelsChanged, this, &Tour::look);
    connect(&c_, &Controller::overlaysChanged, this, &Tour::look);
    connect(&c_.style(), &Style::changed, this, qOverload<>(&QWidget::update));
    window->installEventFilter(this);
    go(0);
}

Tour::~Tour()
{
    delete ring_;
}

void Tour::go(int step)
{
    if (step >= count()) {
        leave();
        return;
    }
    step_ = std::max(step, 0);
    const TourStep& s = steps_[static_cast<size_t>(step_)];
    if (s.prepare) s.prepare();
    done_ = false;
    title_->setText(s.title);
    text_->setText(s.text);
    count_->setText(tr("%1 of %2").arg(step_ + 1).arg(count()));
    back_->setEnabled(step_ > 0);
    next_->setText(step_ + 1 < count() ? tr("Next") : tr("Finish"));
    next_->setAccessibleName(next_->text());
    setAccessibleDescription(s.title + QStringLiteral(". ") + s.text);
    did_->setVisible(false);
    place();
    show();
    raise();
    next_->setFocus(Qt::OtherFocusReason);
}

void Tour::leave()
{
    hide();
    ring_->hide();
    emit left();
}

void Tour::look()
{
    if (done_ || step_ < 0 || !isVisible()) return;
    const TourStep& s = steps_[static_cast<size_t>(step_)];
    if (!s.done || !s.done()) return;
    done_ = true;
    did_->setVisible(true);
}

void Tour::place()
{
    const QWidget* target = steps_[static_cast<size_t>(step_)].target ? steps_[static_cast<size_t>(step_)].target() : nullptr;
    const QRect all = parentWidget()->rect();
    const int height = layout()->hasHeightForWidth() ? layout()->heightForWidth(kWidth) : layout()->sizeHint().height();
    QRect box(0, 0, kWidth, height);
    if (!target || !target->isVisible()) {
        ring_->hide();
        box.moveCenter(all.center());
        setGeometry(box);
        return;
    }
    const QRect r(target->mapTo(parentWidget(), QPoint(0, 0)), target->size());
    ring_->setGeometry(r.adjusted(-kRing, -kRing, kRing, kRing).intersected(all));
    ring_->show();
    ring_->raise();
    // Below, above, to the right, to the left: wherever there is room; a large target holds the card itself.
    const auto fits = [&](const QRect& b) { return all.adjusted(4, 4, -4, -4).contains(b); };
    const int x = std::clamp(r.center().x() - kWidth / 2, 8, std::max(8, all.width() - kWidth - 8));
    const int y = std::clamp(r.center().y() - height / 2, 8, std::max(8, all.height() - height - 8));
    const QPoint places[] = {{x, r.bottom() + kGap}, {x, r.top() - kGap - height}, {r.right() + kGap, y}, {r.left() - kGap - kWidth, y}};
    box.moveCenter({r.center().x(), r.bottom() - height});
    for (const QPoint& p : places) {
        if (!fits(QRect(p, box.size()))) continue;
        box.moveTopLeft(p);
        break;
    }
    setGeometry(box);
}

bool Tour::eventFilter(QObject*, QEvent* event)
{
    if (event->type() == QEvent::Resize && isVisible()) QMetaObject::invokeMethod(this, &Tour::place, Qt::QueuedConnection);
    return false;
}

void Tour::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(c_.style()["accent"]);
    p.setBrush(c_.style()["panel"]);
    p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
}

void Tour::keyPressEvent(QKeyEvent* e)
{
    if (e->key() == Qt::Key_Escape) leave();
    else QWidget::keyPressEvent(e);
}

void Tour::mousePressEvent(QMouseEvent* e)
{
    e->accept();
}

} // namespace firmament::window
