#include "app/window/crosshair.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace firmament::window {

namespace {
constexpr int kSize = 45;
constexpr double kUnder = 9, kStep = 40, kEdge = 12;
} // namespace

Crosshair::Crosshair(Controller& controller, QWidget& canvas) : QWidget(canvas.parentWidget()), c_(controller), canvas_(canvas)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAccessibleName(tr("Keyboard crosshair"));
    resize(kSize, kSize);
    hide();
    connect(&c_, &Controller::viewChanged, this, [this] {
        if (on_) followView();
    });
    connect(&c_.style(), &Style::changed, this, qOverload<>(&QWidget::update));
}

QPointF Crosshair::aim() const
{
    const Eigen::Vector2d at = c_.scene().canvasPixel(c_.navigator().freeCentre(), c_.document().compare.active);
    return {at.x(), at.y()};
}

std::optional<QPointF> Crosshair::seenAt(const scene::Hit& hit) const
{
    const sky::SkyView& v = c_.view();
    const auto at = v.pixelOf(sky::toDir(hit.pos), hit.pos.frame);
    if (!at) return std::nullopt;
    const Eigen::Vector2d p = c_.scene().canvasPixel(*at, c_.document().compare.active);
    if (p.x() < kEdge || p.y() < kEdge || p.x() > canvas_.width() - kEdge || p.y() > canvas_.height() - kEdge) return std::nullopt;
    return QPointF(p.x(), p.y());
}

void Crosshair::setOn(bool on)
{
    if (on == on_) return;
    on_ = on;
    if (on) {
        const auto hits = c_.scene().pick({aim().x(), aim().y()}, kUnder);
        put(aim(), hits.empty() ? std::nullopt : std::optional(hits.front()));
    } else {
        c_.setHovered(std::nullopt);
    }
    setVisible(on);
    emit moved();
}

void Crosshair::put(const QPointF& pixel, std::optional<scene::Hit> hit)
{
    pixel_ = pixel;
    hit_ = std::move(hit);
    move(canvas_.pos() + QPoint(static_cast<int>(std::lround(pixel.x() - kSize / 2.0)), static_cast<int>(std::lround(pixel.y() - kSize / 2.0))));
    if (on_) c_.setHovered(hit_);
    emit moved();
}

void Crosshair::followView()
{
    if (!hit_) return;
    // It stays on its object while that is in sight.
    if (const auto at = seenAt(*hit_)) put(*at, hit_);
    else put(aim(), std::nullopt);
}

void Crosshair::step(int dx, int dy)
{
    const scene::Hit* best = nullptr;
    QPointF bestAt;
    double bestCost = 1e12;
    const auto hits = c_.scene().pick({pixel_.x(), pixel_.y()}, std::hypot(canvas_.width(), canvas_.height()));
    for (const scene::Hit& h : hits) {
        const auto at = seenAt(h);
        if (!at) continue;
        const QPointF way = *at - pixel_;
        const double ahead = way.x() * dx + way.y() * dy, aside = std::abs(way.x() * dy - way.y() * dx);
        if (ahead < 2 || aside > ahead || (hit_ && h.name == hit_->name && h.layer == hit_->layer)) continue;
        if (const double cost = ahead + 1.5 * aside; cost < bestCost) {
            bestCost = cost;
            best = &h;
            bestAt = *at;
        }
    }
    if (best) {
        put(bestAt, *best);
        return;
    }
    // At the edge the sky comes along instead.
    const QPointF wanted = pixel_ + QPointF(dx, dy) * kStep;
    const QPointF inside(std::clamp(wanted.x(), kEdge, canvas_.width() - kEdge), std::clamp(wanted.y(), kEdge, canvas_.height() - kEdge));
    hit_.reset();
    if (inside != wanted) c_.navigator().moveBy(dx * 4 * kStep, dy * 4 * kStep);
    put(inside == wanted ? inside : inside - QPointF(dx, dy) * 3 * kStep, std::nullopt);
}

void Crosshair::nudge(int dx, int dy)
{
    const QPointF to = pixel_ + QPointF(dx, dy);
    const auto hits = c_.scene().pick({to.x(), to.y()}, kUnder);
    hit_.reset();
    put(to, hits.empty() ? std::nullopt : std::optional(hits.front()));
}

void Crosshair::select()
{
    c_.selectObject(hit_);
}

void Crosshair::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    const QPointF c(kSize / 2.0, kSize / 2.0);
    for (const auto& [token, width] : {std::pair{"canvasHalo", 3.6}, std::pair{"accent", 1.6}}) {
        p.setPen(QPen(c_.style()[token], width, Qt::SolidLine, Qt::RoundCap));
        for (const QPointF& d : {QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)}) p.drawLine(c + d * 7, c + d * 20);
    }
}

} // namespace firmament::window
