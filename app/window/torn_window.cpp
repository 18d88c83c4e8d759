#include "app/window/torn_window.h"

#include <QCloseEvent>
#include <QPainter>
#include <QVBoxLayout>
#include <utility>

namespace firmament::window {

namespace {
constexpr int kRestMs = 300;
}

TornWindow::TornWindow(const Style& style, PanelFrame* panel, QWidget* main) : QWidget(main, Qt::Window), style_(style), panel_(panel)
{
    setMinimumSize(kLeastPanelWidth, 160);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(panel);
    panel->setMode(PanelMode::Torn);
    panel->show();
    connect(panel, &PanelFrame::titleChanged, this, &TornWindow::retitle);
    connect(&style, &Style::changed, this, qOverload<>(&QWidget::update));
    retitle();
    rest_.setSingleShot(true);
    connect(&rest_, &QTimer::timeout, this, [this] { emit moved(QRect(pos(), size())); });
}

PanelFrame* TornWindow::release()
{
    rest_.stop();
    return std::exchange(panel_, nullptr);
}

void TornWindow::leave()
{
    leaving_ = true;
    rest_.stop();
    emit moved(QRect(pos(), size())); // also where it never moved: it comes back there
    hide();
}

void TornWindow::retitle()
{
    if (!panel_) return;
    setWindowTitle(tr("%1 · Firmament").arg(panel_->title()));
    setAccessibleName(windowTitle());
}

void TornWindow::closeEvent(QCloseEvent* e)
{
    if (leaving_) return;
    e->ignore(); // whoever holds the panel takes it back and deletes this window
    emit returned();
}

void TornWindow::moveEvent(QMoveEvent* e)
{
    QWidget::moveEvent(e);
    if (isVisible()) rest_.start(kRestMs);
}

void TornWindow::resizeEvent(QResizeEvent* e)
{
    QWidget::resizeEvent(e);
    if (isVisible()) rest_.start(kRestMs);
}

void TornWindow::paintEvent(QPaintEvent*)
{
    QColor ground = style_["panel"];
    ground.setAlpha(255);
    QPainter(this).fillRect(rect(), ground);
}

} // namespace firmament::window
