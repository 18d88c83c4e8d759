#include "app/window/cutout.h"

#include <QFileInfo>

#include "app/window/canvas.h"
#include "app/window/controller.h"
#include "core/files.h"

namespace firmament::window {

namespace {

constexpr int kPollMs = 50, kMostMs = 60000, kTellMs = 700;

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

} // namespace

Cutout::Cutout(Controller& controller, Canvas& canvas, QObject* parent) : QObject(parent), c_(controller), canvas_(canvas)
{
    waiting_.setInterval(kPollMs);
    connect(&waiting_, &QTimer::timeout, this, &Cutout::look);
}

Cutout::~Cutout()
{
    if (writing_) writing_->cancel();
}

std::optional<picture::FitsOrigin> Cutout::originIn(const Controller& controller)
{
    const auto& layers = controller.document().layers;
    for (auto it = layers.rbegin(); it != layers.rend(); ++it) {
        if (!it->visible || it->opacity <= 0) continue;
        const auto report = controller.report(it->id);
        if (report && report->survey && report->phase != scene::LayerPhase::OutsideCoverage) return picture::originOf(*report->survey, report->order);
    }
    return std::nullopt;
}

void Cutout::start(const QString& file)
{
    if (running()) return c_.toast(tr("A cut-out is being made already: %1.").arg(QFileInfo(file_).fileName()));
    if (!originIn(c_)) return c_.toast(tr("Nothing to cut out: no survey is visible here. Add one first."), QStringLiteral("panel.surveys"));
    file_ = file;
    since_.start();
    waiting_.start();
    look();
}

Cutout::Missing Cutout::missing() const
{
    Missing m;
    for (const scene::LayerState& layer : c_.document().layers) {
        const auto report = layer.visible ? c_.report(layer.id) : std::nullopt;
        if (!report || !std::holds_alternative<scene::SurveyState>(layer.content)) continue;
        m.tiles += std::max(0, report->total - report->done);
        m.part = m.part || report->phase == scene::LayerPhase::Partial || report->phase == scene::LayerPhase::Offline || report->phase == scene::LayerPhase::Failed;
    }
    return m;
}

void Cutout::look()
{
    const qint64 waited = since_.elapsed();
    if (!canvas_.settled() && waited < kMostMs) {
        const int tiles = missing().tiles;
        if (waited >= kTellMs && waited < kTellMs + kPollMs && tiles > 0) c_.toast(tr("The cut-out waits for %1 tiles.").arg(tiles));
        return;
    }
    waiting_.stop();
    take();
}

void Cutout::take()
{
    const auto origin = originIn(c_);
    auto pixels = origin ? canvas_.surveyPixels() : std::nullopt;
    if (!pixels) return end(false, tr("there is nothing to draw it from"));
    const bool values = !pixels->values.empty();
    const int width = pixels->colours.width, height = pixels->colours.height;
    auto cards = picture::fitsCards(c_.view(), width, height, *origin, values);
    const Missing lacking = missing();
    writing_ = std::make_shared<PendingFlag>();
    c_.workExecutor().post(Priority::Urgent, [this, flag = writing_, ui = &c_.uiExecutor(), pixels = std::move(*pixels), cards = std::move(cards), values, width, height, lacking, origin = *origin,
                                              file = file_.toStdString()] {
        const auto content = values ? picture::encodeFitsValues(width, height, pixels.values, cards) : picture::encodeFitsColours(pixels.colours, cards);
        const auto written = content ? writeFileWhole(file, *content, Existing::Replace) : Expected<void>(content.error());
        flag->deliver(*ui, [this, written, values, width, height, lacking, origin] {
            writing_.reset();
            if (!written) return end(false, q(written.error().text()));
            if (lacking.tiles > 0 || lacking.part)
                c_.say(scene::Severity::Warning, file_, lacking.tiles > 0 ? tr("%1 tiles were missing when it was cut out. Coarser ones stand in for them.").arg(lacking.tiles)
                                                                          : tr("Parts of the survey could not be loaded. Coarser tiles stand in for them, or nothing."));
            const QString what = values ? (origin.unit.empty() ? tr("values") : tr("values in %1").arg(q(origin.unit))) : tr("colours");
            end(true, tr("Cut-out saved as %1: %2 × %3 pixels, %4 of %5.").arg(QFileInfo(file_).fileName()).arg(width).arg(height).arg(what, q(origin.survey)));
        });
    });
}

void Cutout::end(bool written, const QString& told)
{
    if (written) {
        c_.toast(told);
    } else {
        c_.say(scene::Severity::Error, file_, tr("It was not written: %1").arg(told));
        c_.toast(tr("%1 could not be written.").arg(QFileInfo(file_).fileName()), QStringLiteral("window.messages"));
    }
    emit ended(written);
}

} // namespace firmament::window
