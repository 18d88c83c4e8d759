#include "app/window/crosshair.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace firmament::window {

namespace {
constexpr int kSize = 45;
constexpr double kUnder = 9, kStep = 40, kEdge = 12;
} // namespace

Crosshair::Crosshair(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
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

void Crosshair::setOn(bool on)
{
    if (on == on_) return;
    on_ = on;
    if (on) {
        const Eigen::Vector2d aim = c_.navigator().freeCentre();
        const auto hits = c_.scene().pick(aim, kUnder);
        put({aim.x(), aim.y()}, hits.empty() ? std::nullopt : std::optional(hits.front()));
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
    move(static_cast<int>(std::lround(pixel.x() - kSize / 2.0)), static_cast<int>(std::lround(pixel.y() - kSize / 2.0)));
    if (on_) c_.setHovered(hit_);
    emit moved();
}

void Crosshair::followView()
{
    const sky::SkyView& v = c_.view();
    if (hit_) {
        // It stays on its object while that is in sight.
        const sky::Frame frame = hit_->pos.frame;
        const auto at = v.pixelOf(sky::toDir(hit_->pos), frame);
        if (at && at->x() > 0 && at->y() > 0 && at->x() < v.width() && at->y() < v.height()) {
            put({at->x(), at->y()}, hit_);
            return;
        }
    }
    const Eigen::Vector2d aim = c_.navigator().freeCentre();
    if (hit_) put({aim.x(), aim.y()}, std::nullopt);
}

void Crosshair::step(int dx, int dy)
{
    const sky::SkyView& v = c_.view();
    const Eigen::Vector2d here(pixel_.x(), pixel_.y()), along(dx, dy);
    const scene::Hit* best = nullptr;
    Eigen::Vector2d bestAt(0, 0);
    double bestCost = 1e12;
    const auto hits = c_.scene().pick(here, std::hypot(v.width(), v.height()));
    for (const scene::Hit& h : hits) {
        const auto at = v.pixelOf(sky::toDir(h.pos), h.pos.frame);
        if (!at || at->x() < kEdge || at->y() < kEdge || at->x() > v.width() - kEdge || at->y() > v.height() - kEdge) continue;
        const Eigen::Vector2d way = *at - here;
        const double ahead = way.dot(along), aside = std::abs(way.x() * along.y() - way.y() * along.x());
        if (ahead < 2 || aside > ahead || (hit_ && h.name == hit_->name && h.layer == hit_->layer)) continue;
        if (const double cost = ahead + 1.5 * aside; cost < bestCost) {
            bestCost = cost;
            best = &h;
            bestAt = *at;
        }
    }
    if (best) {
        put({bestAt.x(), bestAt.y()}, *best);
        return;
    }
    // At the edge the sky comes along instead.
    const QPointF wanted = pixel_ + QPointF(dx, dy) * kStep;
    const QPointF inside(std::clamp(wanted.x(), kEdge, v.width() - kEdge), std::clamp(wanted.y(), kEdge, v.height() - kEdge));
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
