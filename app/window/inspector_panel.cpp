#include "app/window/inspector_panel.h"

#include <QComboBox>
#include <QDate>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QUrl>
#include <QVBoxLayout>
#include <cmath>

#include "app/window/blend_control.h"
#include "app/window/coverage_map.h"
#include "app/window/histogram_view.h"
#include "app/window/layers_panel.h"
#include "app/window/survey_delegate.h"

namespace firmament::window {

namespace {

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

using render::ColourMap;
using render::Stretch;
constexpr Stretch kStretches[] = {Stretch::Linear, Stretch::Sqrt, Stretch::Log, Stretch::Asinh, Stretch::Pow2, Stretch::Histogram};
constexpr ColourMap kMaps[] = {ColourMap::Grey, ColourMap::Viridis, ColourMap::Magma, ColourMap::Inferno, ColourMap::Plasma, ColourMap::Cividis,
                               ColourMap::Turbo, ColourMap::Rainbow, ColourMap::Cubehelix, ColourMap::Heat, ColourMap::CoolWarm, ColourMap::Planck};
constexpr scene::CutRule::From kFroms[] = {scene::CutRule::From::View, scene::CutRule::From::Tile, scene::CutRule::From::All};

QIcon mapIcon(ColourMap map, double ratio, const Controller& controller)
{
    QImage image(QSize(56, 12) * ratio, QImage::Format_RGB32);
    const auto& table = render::colourTable(map);
    for (int x = 0; x < image.width(); ++x) {
        const auto& rgb = table[static_cast<size_t>(x * 255 / std::max(1, image.width() - 1))];
        const QRgb colour = qRgb(static_cast<int>(rgb[0] * 255), static_cast<int>(rgb[1] * 255), static_cast<int>(rgb[2] * 255));
        for (int y = 0; y < image.height(); ++y) image.setPixel(x, y, colour);
    }
    image = forTheme(image, controller);
    image.setDevicePixelRatio(ratio);
    return QIcon(QPixmap::fromImage(image));
}

/// Side of a tile's pixel: 58.6 deg is the side of a base cell.
sky::Angle texel(const hips::SurveyInfo& s, int order)
{
    return sky::Angle::deg(58.6323 / std::exp2(order) / s.tileWidth);
}

/// "786 k", "1.2 M"
QString shortCount(uint64_t n)
{
    if (n >= 1000000) return QString::number(static_cast<double>(n) / 1e6, 'f', 1) + QStringLiteral(" M");
    return n >= 10000 ? QString::number(n / 1000) + QStringLiteral(" k") : QString::number(n);
}

QString percentOfSky(double fraction)
{
    return InspectorPanel::tr("%1 % of the sky").arg(fraction * 100, 0, 'f', fraction < 0.001 ? 4 : fraction < 0.1 ? 2 : 0);
}

/// "1996 to 1997" of t_min and t_max (MJD); nothing when the survey does not say.
QString yearsOf(const hips::SurveyInfo& s)
{
    const auto year = [](double mjd) { return QString::number(QDate::fromJulianDay(2400001 + static_cast<qint64>(std::floor(mjd))).year()); };
    if (!s.tMin || !s.tMax) return s.tMin || s.tMax ? year(s.tMin ? *s.tMin : *s.tMax) : QString();
    return year(*s.tMin) == year(*s.tMax) ? year(*s.tMin) : InspectorPanel::tr("%1 to %2").arg(year(*s.tMin), year(*s.tMax));
}

/// The same cuts, told as the preset that makes them.
struct Preset {
    const char* text;
    scene::CutRule rule;
};
using Mode = scene::CutRule::Mode;
const Preset kPresets[] = {{QT_TRANSLATE_NOOP("InspectorPanel", "Survey"), {.mode = Mode::Survey}},
                           {QT_TRANSLATE_NOOP("InspectorPanel", "Min–max"), {.mode = Mode::MinMax}},
                           {QT_TRANSLATE_NOOP("InspectorPanel", "99.5 %"), {.mode = Mode::Percentile}},
                           {QT_TRANSLATE_NOOP("InspectorPanel", "zscale"), {.mode = Mode::ZScale}},
                           {QT_TRANSLATE_NOOP("InspectorPanel", "3σ"), {.mode = Mode::Sigma3}},
                           {QT_TRANSLATE_NOOP("InspectorPanel", "Manual"), {.mode = Mode::Manual}}};

} // namespace

InspectorPanel::InspectorPanel(Controller& controller, QWidget* parent) : PanelFrame(controller.style(), tr("Inspector"), parent), c_(controller)
{
    addClose(tr("Close the inspector"));
    subtitle_ = new ElidedLabel(this);
    subtitle_->setProperty("dim", true);
    top()->addWidget(subtitle_);
    tabs_ = new Segmented(c_.style(), tr("Part"), {tr("Display"), tr("Info"), tr("Coverage"), tr("Provenance")}, this);
    connect(tabs_, &Segmented::chosen, this, [this](int i) {
        tab_ = i;
        QTimer::singleShot(0, this, &InspectorPanel::rebuild);
    });
    top()->addWidget(tabs_);
    reset_ = new QPushButton(tr("Reset display"), this);
    reset_->setProperty("flatLink", true);
    reset_->setAccessibleName(reset_->text());
    reset_->setToolTip(tr("Cuts, stretch, colours, blend and opacity as the survey came"));
    connect(reset_, &QPushButton::clicked, this, &InspectorPanel::resetDisplay);
    footer()->addWidget(reset_, 0, Qt::AlignRight);
    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, &InspectorPanel::refresh);
    const auto soon = [this] {
        if (!timer_.isActive()) timer_.start(40);
    };
    connect(&c_, &Controller::selectionChanged, this, &InspectorPanel::rebuild);
    connect(&c_, &Controller::layersChanged, this, &InspectorPanel::refresh);
    connect(&c_, &Controller::overlaysChanged, this, soon);
    connect(&c_, &Controller::viewChanged, this, soon);
    connect(&c_, &Controller::reportsChanged, this, soon);
    connect(&c_, &Controller::settingsChanged, this, soon);
    connect(&c_.style(), &Style::changed, this, &InspectorPanel::rebuild); // the colour maps' pictures are red at night
    rebuild();
}

void InspectorPanel::clearBody()
{
    histogram_ = nullptr;
    of_ = pixels_ = percent_ = gammaText_ = state_ = nullptr;
    low_ = high_ = nullptr;
    stretch_ = map_ = nullptr;
    blend_ = nullptr;
    from_ = sampling_ = nullptr;
    opacity_ = gamma_ = nullptr;
    bar_ = visible_ = nullptr;
    visibleText_ = blendText_ = nullptr;
    invert_ = nullptr;
    presets_.clear();
    refreshers_.clear();
    while (QLayoutItem* item = body()->takeAt(0)) {
        if (QWidget* w = item->widget()) {
            w->hide();
            w->deleteLater();
        }
        delete item;
    }
}

void InspectorPanel::rebuild()
{
    clearBody();
    const scene::LayerState* layer = c_.layer(c_.selectedLayer());
    layer_ = 0;
    if (c_.selectedObject()) {
        subject_ = Subject::Object;
        showObject(*c_.selectedObject());
    } else if (c_.selectedLayers().size() > 1) {
        subject_ = Subject::Several;
        showSeveral();
    } else if (layer) {
        layer_ = layer->id;
        if (std::holds_alternative<scene::SurveyState>(layer->content)) {
            subject_ = Subject::Survey;
            showSurvey(*layer);
        } else {
            subject_ = Subject::Overlay;
            showOverlay(*layer);
        }
    } else {
        subject_ = Subject::View;
        showView();
    }
    body()->addStretch(1);
    const bool survey = subject_ == Subject::Survey;
    tabs_->setCurrent(tab_);
    tabs_->setVisible(survey);
    tabs_->parentWidget()->setVisible(survey);
    reset_->parentWidget()->setVisible(survey && tab_ == kDisplay);
    refresh();
    emit heightWanted();
}

QLabel* InspectorPanel::fact(const QString& name, const QString& value, bool link)
{
    if (value.isEmpty()) return nullptr;
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* left = makeLabel(name, "dim");
    holdWidth(left, c_.style(), {name, tr("Colour map"), tr("Taken from"), tr("Wavelength")});
    auto* right = makeLabel(link ? QStringLiteral("<a href=\"%1\">%1</a>").arg(value.toHtmlEscaped()) : value);
    right->setTextFormat(link ? Qt::RichText : Qt::PlainText);
    right->setWordWrap(true);
    right->setOpenExternalLinks(link);
    right->setTextInteractionFlags(link ? Qt::TextBrowserInteraction : Qt::TextSelectableByMouse);
    right->setFocusPolicy(link ? Qt::StrongFocus : Qt::ClickFocus);
    right->setAccessibleName(name);
    row->addWidget(left, 0, Qt::AlignTop);
    row->addWidget(right, 1);
    body()->addWidget(box);
    return right;
}

QLabel* InspectorPanel::changingFact(const QString& name)
{
    return fact(name, QStringLiteral(" "));
}

QWidget* InspectorPanel::rowOf(const QString& name, QWidget* control)
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* label = makeLabel(name, "dim");
    holdWidth(label, c_.style(), {name, tr("Colour map"), tr("Taken from"), tr("Wavelength")});
    row->addWidget(label);
    row->addWidget(control, 1);
    if (control->accessibleName().isEmpty()) control->setAccessibleName(name);
    body()->addWidget(box);
    return box;
}

Slider* InspectorPanel::slider(const QString& name, int least, int most, int normal)
{
    auto* s = new Slider(c_.style(), name, this);
    s->setRange(least, most);
    s->hasDefault = true;
    s->defaultValue = normal;
    connect(s, &QSlider::sliderReleased, this, [this] { c_.history().endMerge(); });
    return s;
}

/// A slider with its value beside it.
QWidget* InspectorPanel::withText(Slider* s, QLabel*& text, const QStringList& widest)
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(s, 1);
    text = makeLabel({});
    holdWidth(text, c_.style(), widest);
    text->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(text);
    return box;
}

// Survey -------------------------------------------------------------------------------------------------------------

QString InspectorPanel::subtitle() const
{
    const auto report = c_.report(layer_);
    if (!report || !report->survey) return tr("HiPS survey");
    const hips::SurveyInfo& s = *report->survey;
    const QString frame = s.body.empty() ? tr("%1 frame").arg(QString::fromLatin1(sky::frameName(s.frame))) : tr("on %1").arg(q(s.body));
    return tr("HiPS survey · %1 · %2").arg(report->values ? tr("FITS tiles") : tr("picture tiles"), frame);
}

void InspectorPanel::showSurvey(const scene::LayerState& layer)
{
    switch (tab_) {
    case kInfo: return surveyInfo(layer);
    case kCoverage: return surveyCoverage(layer);
    case kProvenance: return surveyProvenance(layer);
    default: return surveyDisplay(layer);
    }
}

void InspectorPanel::surveyDisplay(const scene::LayerState& layer)
{
    const scene::LayerId id = layer.id;
    const auto report = c_.report(id);
    hasValues_ = report && report->values;
    if (hasValues_) {
        displayValues(id);
    } else if (report && report->survey) {
        bool fits = false;
        for (hips::TileFormat f : report->survey->formats) fits |= f == hips::TileFormat::Fits;
        auto* note = makeLabel(fits ? tr("Shown as a picture. Its values can be had too:") : tr("A picture survey: it has colours, but no values, so there are no cuts."), "dim");
        note->setWordWrap(true);
        body()->addWidget(note);
        if (fits) {
            auto* values = new QPushButton(tr("Show its FITS values"), this);
            values->setAccessibleName(values->text());
            connect(values, &QPushButton::clicked, this, [this, id] { c_.changeSurvey(id, tr("FITS tiles"), [](scene::SurveyState& s) { s.format = hips::TileFormat::Fits; }); });
            body()->addWidget(values);
        }
    }
    blend_ = new BlendControl(c_.style(), this);
    connect(blend_, &BlendControl::chosen, this, &InspectorPanel::chooseBlend);
    rowOf(tr("Blend"), blend_);
    opacity_ = slider(tr("Opacity"), 0, 100, 100);
    connect(opacity_, &QSlider::valueChanged, this, [this, id](int v) {
        c_.changeLayer(id, tr("Opacity"), [v](scene::LayerState& l) { l.opacity = v / 100.0; }, QStringLiteral("opacity-%1").arg(id));
    });
    rowOf(tr("Opacity"), withText(opacity_, percent_, {tr("%1 %").arg(100), QStringLiteral("0.00")}));
    gamma_ = slider(tr("Gamma"), -100, 100, 0);
    connect(gamma_, &QSlider::valueChanged, this, [this, id](int v) {
        const double g = std::round(std::pow(5.0, v / 100.0) * 100) / 100; // 0.2 to 5, the middle is 1
        c_.changeSurvey(id, tr("Gamma"), [g](scene::SurveyState& s) { s.gamma = g; }, QStringLiteral("gamma-%1").arg(id));
    });
    rowOf(tr("Gamma"), withText(gamma_, gammaText_, {tr("%1 %").arg(100), QStringLiteral("0.00")}));
    sampling_ = new Segmented(c_.style(), tr("Pixels"), {tr("Smooth"), tr("As they are")}, this);
    connect(sampling_, &Segmented::chosen, this, [this, id](int i) {
        c_.changeSurvey(id, tr("Sampling"), [i](scene::SurveyState& s) { s.sampling = i == 0 ? render::Sampling::Linear : render::Sampling::Nearest; });
    });
    rowOf(tr("Pixels"), sampling_);
    if (hasValues_) bar_ = switchRow(tr("Colour bar"), tr("on the sky and in exports"), [this, id](bool on) {
        c_.changeSurvey(id, tr("Colour bar"), [on](scene::SurveyState& s) { s.colourBar = on; });
    });
    surveyState();
}

Switch* InspectorPanel::switchRow(const QString& name, const QString& note, std::function<void(bool)> change, QLabel** noteLabel)
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    auto* s = new Switch(c_.style(), name, box);
    connect(s, &QAbstractButton::clicked, this, std::move(change));
    row->addWidget(s);
    auto* label = makeLabel(note, "faint");
    if (noteLabel) *noteLabel = label;
    row->addWidget(label);
    row->addStretch(1);
    rowOf(name, box);
    return s;
}

/// What only a survey with physical values has: histogram, cuts, stretch, colour map.
void InspectorPanel::displayValues(scene::LayerId id)
{
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 4, 0, 0);
    row->addWidget(of_ = makeLabel({}, "section"));
    row->addStretch(1);
    row->addWidget(pixels_ = makeLabel({}, "faint"));
    body()->addWidget(head);
    histogram_ = new HistogramView(c_.style(), this);
    const auto manual = [](double lo, double hi) {
        return [lo, hi](scene::SurveyState& s) {
            s.cuts.mode = Mode::Manual;
            s.cuts.lo = lo;
            s.cuts.hi = hi;
        };
    };
    connect(histogram_, &HistogramView::cutsDragged, this, [this, id, manual](double lo, double hi) { c_.changeSurvey(id, tr("Cuts"), manual(lo, hi), QStringLiteral("cuts-%1").arg(id)); });
    connect(histogram_, &HistogramView::dragEnded, this, [this] { c_.history().endMerge(); });
    connect(histogram_, &HistogramView::automaticWanted, this, [this, id] {
        c_.changeSurvey(id, tr("Cuts"), [](scene::SurveyState& s) { s.cuts = {.mode = Mode::Percentile, .from = s.cuts.from}; });
    });
    body()->addWidget(histogram_);
    auto* cuts = new QWidget(this);
    auto* cutRow = new QHBoxLayout(cuts);
    cutRow->setContentsMargins(0, 0, 0, 0);
    cutRow->setSpacing(8);
    for (QLineEdit** e : {&low_, &high_}) {
        *e = new CaptionField(c_.style(), e == &low_ ? tr("Low") : tr("High"), this);
        connect(*e, &QLineEdit::returnPressed, this, &InspectorPanel::cutTyped);
        cutRow->addWidget(*e, 1);
    }
    body()->addWidget(cuts);
    auto* chipBox = new QWidget(this);
    auto* flow = new FlowLayout(chipBox, 4);
    for (const Preset& preset : kPresets) {
        auto* chip = new Chip(c_.style(), tr(preset.text), chipBox);
        chip->setNarrow(true);
        chip->setCheckable(true);
        connect(chip, &QAbstractButton::clicked, this, [this, id, manual, rule = preset.rule] {
            const auto now = c_.report(id);
            if (rule.mode == Mode::Manual && now) c_.changeSurvey(id, tr("Cuts"), manual(now->cutLo, now->cutHi)); // keeps what is in force
            else c_.changeSurvey(id, tr("Cuts"), [rule](scene::SurveyState& s) { s.cuts = {.mode = rule.mode, .percent = rule.percent, .from = s.cuts.from}; });
            refreshDisplay();
        });
        presets_ << chip;
        flow->addWidget(chip);
    }
    body()->addWidget(chipBox);
    from_ = new Segmented(c_.style(), tr("Taken from"), {tr("View"), tr("Tile"), tr("All")}, this);
    from_->setToolTip(tr("Whose pixels the cuts and the histogram look at: those in view, those of the tile at the centre, or those of the whole survey's preview"));
    connect(from_, &Segmented::chosen, this, [this, id](int i) {
        c_.changeSurvey(id, tr("Cuts taken from"), [i](scene::SurveyState& s) { s.cuts.from = kFroms[i]; });
    });
    rowOf(tr("Taken from"), from_);
    stretch_ = new QComboBox(this);
    for (Stretch s : kStretches) stretch_->addItem(QString::fromLatin1(render::word(s)));
    connect(stretch_, &QComboBox::activated, this, [this, id](int i) {
        c_.changeSurvey(id, tr("Stretch"), [i](scene::SurveyState& s) { s.stretch = kStretches[i]; });
    });
    rowOf(tr("Stretch"), stretch_);
    map_ = new QComboBox(this);
    map_->setIconSize({56, 12});
    for (ColourMap m : kMaps) map_->addItem(mapIcon(m, devicePixelRatioF(), c_), QString::fromLatin1(render::word(m)));
    connect(map_, &QComboBox::activated, this, [this, id](int i) {
        c_.changeSurvey(id, tr("Colour map"), [i](scene::SurveyState& s) { s.map = kMaps[i]; });
    });
    auto* invert = new IconButton(c_.style(), QStringLiteral("flip-horizontal-2"), tr("Invert the colours"), this);
    invert->setCheckable(true);
    connect(invert, &QAbstractButton::clicked, this, [this, id](bool on) { c_.changeSurvey(id, tr("Invert"), [on](scene::SurveyState& s) { s.invert = on; }); });
    invert_ = invert;
    auto* mapBox = new QWidget(this);
    auto* mapRow = new QHBoxLayout(mapBox);
    mapRow->setContentsMargins(0, 0, 0, 0);
    mapRow->setSpacing(4);
    mapRow->addWidget(map_, 1);
    mapRow->addWidget(invert_);
    rowOf(tr("Colour map"), mapBox);
}

/// What is drawn now, and from where.
void InspectorPanel::surveyState()
{
    body()->addSpacing(6);
    body()->addWidget(makeLabel(tr("State"), "section"));
    body()->addWidget(state_ = makeLabel({}, "dim"));
    state_->setWordWrap(true);
    auto* tiles = changingFact(tr("Tiles"));
    auto* pixel = changingFact(tr("Resolution"));
    auto* source = changingFact(tr("Source"));
    auto* observed = changingFact(tr("Observed"));
    auto* credit = changingFact(tr("Credit"));
    refreshers_ << [this, tiles, pixel, source, observed, credit] {
        const auto r = c_.report(layer_);
        const auto say = [](QLabel* label, const QString& text) {
            label->setText(text);
            label->parentWidget()->setVisible(!text.isEmpty());
        };
        say(tiles, !r || r->total == 0 ? QString() : r->done < r->total ? tr("%1 here, %2 on the way").arg(r->done).arg(r->total - r->done) : tr("%n here", nullptr, r->done));
        const hips::SurveyInfo* s = r && r->survey ? &*r->survey : nullptr;
        say(pixel, s && r->order >= 0 ? tr("%1 per tile pixel at order %2").arg(q(sky::formatField(texel(*s, r->order)))).arg(r->order) : QString());
        say(source, s ? (s->url.starts_with("http") ? QUrl(q(s->url)).host() : tr("this computer")) : QString());
        say(observed, s ? yearsOf(*s) : QString());
        say(credit, r ? q(r->credit) : QString());
    };
}

void InspectorPanel::resetDisplay()
{
    c_.changeLayer(layer_, tr("Reset display"), [](scene::LayerState& l) {
        auto* s = std::get_if<scene::SurveyState>(&l.content);
        if (!s) return;
        scene::SurveyState fresh;
        fresh.source = s->source;
        fresh.format = s->format;
        fresh.channel = s->channel;
        *s = fresh;
        l.opacity = 1;
        l.blend = render::Blend::Normal;
    });
}

void InspectorPanel::surveyInfo(const scene::LayerState& layer)
{
    const auto report = c_.report(layer.id);
    if (!report || !report->survey) {
        auto* note = makeLabel(report ? q(report->line) : tr("Not opened yet"), "dim");
        note->setWordWrap(true);
        body()->addWidget(note);
        return;
    }
    const hips::SurveyInfo& s = *report->survey;
    fact(tr("Title"), q(s.title));
    fact(tr("Wavelength"), s.band.empty() ? q(s.regime) : q(s.regime.empty() ? s.band : s.regime + ", " + s.band));
    fact(tr("Frame"), s.body.empty() ? QString::fromLatin1(sky::frameName(s.frame)) : q(s.body));
    fact(tr("Orders"), tr("%1 to %2").arg(s.orderMin).arg(s.orderMax));
    fact(tr("Pixel"), tr("%1 at its deepest").arg(q(sky::formatField(texel(s, s.orderMax)))));
    fact(tr("Observed"), yearsOf(s));
    fact(tr("Tiles"), tr("%1 pixels wide").arg(s.tileWidth));
    QStringList formats;
    for (hips::TileFormat f : s.formats) formats << QString::fromLatin1(hips::formatWord(f));
    fact(tr("Formats"), formats.join(QStringLiteral(", ")));
    fact(tr("Unit"), q(s.unit));
    if (s.skyFraction) fact(tr("Coverage"), percentOfSky(*s.skyFraction));
    fact(tr("About"), q(s.description));
}

void InspectorPanel::surveyCoverage(const scene::LayerState& layer)
{
    const auto report = c_.report(layer.id);
    if (!report || !report->survey) return surveyInfo(layer);
    const hips::SurveyInfo& s = *report->survey;
    const bool everywhere = !report->coverage && s.skyFraction.value_or(0) > 0.9999;
    auto* map = new CoverageMap(c_.style(), this);
    map->setCoverage(everywhere ? std::make_shared<const sky::Moc>(sky::Moc::all()) : report->coverage, s.frame);
    connect(map, &CoverageMap::placeChosen, this, [this](const sky::SkyPos& pos) { c_.navigator().flyTo(pos, c_.view().fov()); });
    body()->addWidget(map);
    refreshers_ << [this, map] { map->setPlace(c_.view().centre(), c_.view().fov()); };
    if (report->coverage) {
        fact(tr("Coverage"), percentOfSky(report->coverage->fraction()));
        fact(tr("Map order"), QString::number(report->coverage->order()));
    } else {
        if (s.skyFraction) fact(tr("Coverage"), percentOfSky(*s.skyFraction));
        auto* note = makeLabel(everywhere ? tr("The whole sky.") : tr("Where exactly is not known: the survey has no coverage map (Moc.fits)."), "dim");
        note->setWordWrap(true);
        body()->addWidget(note);
    }
    auto* go = new QPushButton(tr("Zoom to it"), this);
    go->setAccessibleName(go->text());
    connect(go, &QPushButton::clicked, this, [this] { c_.zoomToLayer(layer_); });
    body()->addWidget(go, 0, Qt::AlignLeft);
}

void InspectorPanel::surveyProvenance(const scene::LayerState& layer)
{
    const auto report = c_.report(layer.id);
    if (const auto* state = std::get_if<scene::SurveyState>(&layer.content)) fact(tr("Opened as"), q(state->source));
    if (!report || !report->survey) return;
    const hips::SurveyInfo& s = *report->survey;
    fact(tr("Credit"), q(s.credit));
    fact(tr("Licence"), q(s.copyrightUrl), s.copyrightUrl.starts_with("http"));
    if (!s.bibcode.empty()) fact(tr("Paper"), QStringLiteral("https://ui.adsabs.harvard.edu/abs/") + q(s.bibcode), true);
    fact(tr("Identifier"), q(s.id));
    fact(tr("Released"), q(s.releaseDate));
    fact(tr("Address"), q(s.url), s.url.starts_with("http"));
    for (const std::string& m : s.mirrors) fact(tr("Mirror"), q(m), true);
}

void InspectorPanel::cutTyped()
{
    const scene::LayerId id = layer_;
    bool okLo = false, okHi = false;
    const auto read = [](const QLineEdit* e, bool& ok) { return e->text().trimmed().replace(QChar(0x2212), QLatin1Char('-')).toDouble(&ok); };
    const double lo = read(low_, okLo), hi = read(high_, okHi);
    const auto mark = [](QLineEdit* e, bool ok, const QString& why) {
        e->setProperty("wrong", !ok);
        e->setToolTip(ok ? QString() : why);
        e->style()->unpolish(e);
        e->style()->polish(e);
    };
    mark(low_, okLo, tr("A number is expected. Example: 3e-6"));
    mark(high_, okHi && (!okLo || hi > lo), okHi ? tr("High must be above low.") : tr("A number is expected. Example: 3e-6"));
    if (!okLo || !okHi || hi <= lo) return;
    c_.changeSurvey(id, tr("Cuts"), [lo, hi](scene::SurveyState& s) {
        s.cuts.mode = Mode::Manual;
        s.cuts.lo = lo;
        s.cuts.hi = hi;
    });
    low_->clearFocus();
    high_->clearFocus();
}

void InspectorPanel::refreshDisplay()
{
    const scene::LayerState* layer = c_.layer(layer_);
    const auto* survey = layer ? std::get_if<scene::SurveyState>(&layer->content) : nullptr;
    if (!survey || !opacity_) return;
    const auto report = c_.report(layer_);
    {
        const QSignalBlocker b1(opacity_), b2(gamma_);
        opacity_->setValue(static_cast<int>(std::lround(layer->opacity * 100)));
        gamma_->setValue(static_cast<int>(std::lround(std::log(std::max(survey->gamma, 1e-3)) / std::log(5.0) * 100)));
    }
    percent_->setText(tr("%1 %").arg(opacity_->value()));
    gammaText_->setText(QString::number(survey->gamma, 'f', 2));
    blend_->setBlend(layer->blend);
    sampling_->setCurrent(survey->sampling == render::Sampling::Linear ? 0 : 1);
    if (report) state_->setText(q(report->line));
    if (!histogram_ || !report) return;
    const auto h = c_.scene().histogram(layer_);
    histogram_->setHistogram(h);
    histogram_->setCuts(report->cutLo, report->cutHi, report->stretch);
    const auto from = h ? h->from : survey->cuts.from;
    const QString order = h && h->order >= 0 ? tr(", order %1").arg(h->order) : QString();
    of_->setText(from == scene::CutRule::From::Tile ? tr("Histogram of the tile") + order : from == scene::CutRule::From::All ? tr("Histogram of the preview") + order : tr("Histogram of the view"));
    from_->setCurrent(static_cast<int>(survey->cuts.from));
    pixels_->setText(h ? tr("%1 pixels · log").arg(shortCount(h->pixels)) : QString());
    if (!low_->hasFocus() && !high_->hasFocus()) {
        low_->setText(HistogramView::number(report->cutLo));
        high_->setText(HistogramView::number(report->cutHi));
    }
    for (qsizetype i = 0; i < presets_.size(); ++i) presets_[i]->setChecked(survey->cuts.mode == kPresets[i].rule.mode);
    stretch_->setCurrentIndex(static_cast<int>(report->stretch));
    map_->setCurrentIndex(static_cast<int>(survey->map));
    invert_->setChecked(survey->invert);
    bar_->setChecked(survey->colourBar);
}

// Others -------------------------------------------------------------------------------------------------------------

template <class T> void InspectorPanel::toggles(const scene::LayerState& layer, std::initializer_list<std::pair<QString, bool T::*>> members)
{
    for (const auto& [name, member] : members) {
        auto* box = new QWidget(this);
        auto* row = new QHBoxLayout(box);
        row->setContentsMargins(0, 0, 0, 0);
        row->addWidget(makeLabel(name));
        row->addStretch(1);
        auto* s = new Switch(c_.style(), name, box);
        row->addWidget(s);
        body()->addWidget(box);
        connect(s, &QAbstractButton::clicked, this, [this, id = layer.id, name = name, member = member](bool on) {
            c_.changeLayer(id, name, [on, member](scene::LayerState& l) {
                if (T* content = std::get_if<T>(&l.content)) content->*member = on;
            });
        });
        refreshers_ << [this, s, member = member] {
            if (const auto* l = c_.layer(layer_))
                if (const T* content = std::get_if<T>(&l->content)) s->setChecked(content->*member);
        };
    }
}

void InspectorPanel::showOverlay(const scene::LayerState& layer)
{
    if (std::holds_alternative<scene::StarsState>(layer.content)) {
        toggles<scene::StarsState>(layer, {{tr("Names"), &scene::StarsState::names}});
        auto* faint = slider(tr("Faintest magnitude"), 10, 105, 105);
        connect(faint, &QSlider::valueChanged, this, [this, id = layer.id](int v) {
            c_.changeLayer(id, tr("Faintest"), [v](scene::LayerState& l) {
                if (auto* s = std::get_if<scene::StarsState>(&l.content)) s->faintest = v / 10.0;
            }, QStringLiteral("faintest-%1").arg(id));
        });
        rowOf(tr("Faintest V"), faint);
        auto* boost = slider(tr("More stars"), -30, 50, 0);
        connect(boost, &QSlider::valueChanged, this, [this, id = layer.id](int v) {
            c_.changeLayer(id, tr("More stars"), [v](scene::LayerState& l) {
                if (auto* s = std::get_if<scene::StarsState>(&l.content)) s->boost = v / 10.0;
            }, QStringLiteral("boost-%1").arg(id));
        });
        rowOf(tr("More, fewer"), boost);
        refreshers_ << [this, faint, boost] {
            const auto* l = c_.layer(layer_);
            const auto* s = l ? std::get_if<scene::StarsState>(&l->content) : nullptr;
            if (!s) return;
            const QSignalBlocker b1(faint), b2(boost);
            faint->setValue(static_cast<int>(std::lround(s->faintest * 10)));
            boost->setValue(static_cast<int>(std::lround(s->boost * 10)));
        };
    } else if (std::holds_alternative<scene::ConstellationsState>(layer.content)) {
        using S = scene::ConstellationsState;
        toggles<S>(layer, {{tr("Lines"), &S::lines}, {tr("Names"), &S::names}, {tr("Borders"), &S::borders}, {tr("Milky Way outline"), &S::milkyWay}});
    } else if (std::holds_alternative<scene::DeepSkyState>(layer.content)) {
        using S = scene::DeepSkyState;
        toggles<S>(layer, {{tr("Names"), &S::names}, {tr("Outlines"), &S::outlines}});
    } else {
        toggles<scene::SolarSystemState>(layer, {{tr("Names"), &scene::SolarSystemState::names}});
    }
    opacity_ = nullptr;
    auto* fade = slider(tr("Opacity"), 0, 100, 100);
    connect(fade, &QSlider::valueChanged, this, [this, id = layer.id](int v) {
        c_.changeLayer(id, tr("Opacity"), [v](scene::LayerState& l) { l.opacity = v / 100.0; }, QStringLiteral("opacity-%1").arg(id));
    });
    rowOf(tr("Opacity"), fade);
    refreshers_ << [this, fade] {
        const QSignalBlocker quiet(fade);
        if (const auto* l = c_.layer(layer_)) fade->setValue(static_cast<int>(std::lround(l->opacity * 100)));
    };
    state_ = makeLabel({}, "dim");
    state_->setWordWrap(true);
    body()->addWidget(state_);
    refreshers_ << [this] {
        if (const auto r = c_.report(layer_); r && state_) state_->setText(q(r->line) + (r->credit.empty() ? QString() : QStringLiteral("\n") + q(r->credit)));
    };
}

// Several layers: what they have in common, and "mixed" where they differ. Each change is one step for all of them.

namespace {

/// What all of them have, or nothing.
template <class Value> std::optional<Value> common(const Controller& c, Value scene::LayerState::*member)
{
    std::optional<Value> first;
    for (scene::LayerId id : c.selectedLayers()) {
        const Value& value = c.layer(id)->*member;
        if (first && *first != value) return std::nullopt;
        first = value;
    }
    return first;
}

} // namespace

void InspectorPanel::chooseBlend(render::Blend blend)
{
    c_.changeSelected(tr("Blend"), [blend](scene::LayerState& l) { l.blend = blend; });
}

void InspectorPanel::showSeveral()
{
    const std::vector<scene::LayerId> ids = c_.selectedLayers();
    const auto surveys = std::count_if(ids.begin(), ids.end(), [this](scene::LayerId id) { return std::holds_alternative<scene::SurveyState>(c_.layer(id)->content); });
    QStringList counts;
    if (surveys > 0) counts << (surveys == 1 ? tr("1 survey") : tr("%1 surveys").arg(surveys));
    if (const auto others = std::ssize(ids) - surveys; others > 0) counts << (others == 1 ? tr("1 overlay") : tr("%1 overlays").arg(others));
    body()->addWidget(makeLabel(counts.join(QStringLiteral(", ")), "dim"));
    visible_ = switchRow(tr("Visible"), {}, [this](bool on) {
        c_.changeSelected(on ? tr("Show layers") : tr("Hide layers"), [on](scene::LayerState& l) { l.visible = on; });
    }, &visibleText_);
    opacity_ = slider(tr("Opacity"), 0, 100, 100);
    connect(opacity_, &QSlider::valueChanged, this, [this](int v) {
        c_.changeSelected(tr("Opacity"), [v](scene::LayerState& l) { l.opacity = v / 100.0; }, QStringLiteral("opacity-several"));
    });
    rowOf(tr("Opacity"), withText(opacity_, percent_, {tr("%1 %").arg(100), tr("mixed")}));
    if (surveys > 0) {
        blend_ = new BlendControl(c_.style(), this);
        connect(blend_, &BlendControl::chosen, this, &InspectorPanel::chooseBlend);
        rowOf(tr("Blend"), blend_);
        body()->addWidget(blendText_ = makeLabel(tr("Their ways to blend differ."), "faint"));
    }
    auto* remove = new QPushButton(tr("Remove them"), this);
    remove->setAccessibleName(remove->text());
    connect(remove, &QPushButton::clicked, this, [this] { c_.removeSelected(); });
    body()->addWidget(remove, 0, Qt::AlignLeft);
}

void InspectorPanel::refreshSeveral()
{
    const auto visible = common(c_, &scene::LayerState::visible);
    visible_->setChecked(visible.value_or(false));
    visibleText_->setText(visible ? QString() : tr("mixed"));
    const auto opacity = common(c_, &scene::LayerState::opacity);
    const QSignalBlocker quiet(opacity_);
    // Where they differ the knob stands at that of the one that was chosen first.
    opacity_->setValue(static_cast<int>(std::lround(opacity.value_or(c_.layer(c_.selectedLayer())->opacity) * 100)));
    percent_->setText(opacity ? tr("%1 %").arg(opacity_->value()) : tr("mixed"));
    if (!blend_) return;
    const auto blend = common(c_, &scene::LayerState::blend);
    blend_->setBlend(blend);
    blendText_->setVisible(!blend);
}

void InspectorPanel::showObject(const scene::Hit& hit)
{
    fact(tr("Also"), q(hit.aka));
    fact(tr("Kind"), q(hit.kind));
    for (const std::string& f : hit.facts) fact({}, q(f));
    fact(tr("Position"), c_.positionText(hit.pos));
    if (hit.size.rad() > 0) fact(tr("Size"), q(sky::formatField(hit.size)));
    auto* buttons = new QWidget(this);
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 6, 0, 0);
    row->setSpacing(8);
    const auto button = [&](const QString& text, auto&& run) {
        auto* b = new QPushButton(text, buttons);
        b->setAccessibleName(text);
        connect(b, &QPushButton::clicked, this, run);
        row->addWidget(b);
    };
    button(tr("Go there"), [this, hit] { c_.navigator().fit(hit.pos, hit.size); });
    button(tr("Copy name"), [this, hit] { c_.copyName(hit); });
    button(tr("Copy position"), [this, hit] { c_.copyPosition(hit.pos, sky::PosSpelling::Sexagesimal); });
    row->addStretch(1);
    body()->addWidget(buttons);
    if (hit.pos.frame != sky::Frame::Body) {
        // Look-ups elsewhere, opened in the browser only when clicked.
        const sky::SkyPos icrs = sky::converted(hit.pos, sky::Frame::Icrs);
        fact(tr("Elsewhere"), QStringLiteral("https://simbad.cds.unistra.fr/simbad/sim-coo?Coord=%1+%2&Radius=2&Radius.unit=arcmin")
                                  .arg(icrs.lon.deg(), 0, 'f', 5).arg(icrs.lat.deg(), 0, 'f', 5), true);
    }
}

void InspectorPanel::showView()
{
    auto* centre = makeLabel({}, "dim");
    centre->setWordWrap(true);
    centre->setTextInteractionFlags(Qt::TextSelectableByMouse);
    centre->setAccessibleName(tr("Centre and field"));
    body()->addWidget(centre);
    refreshers_ << [this, centre] {
        const sky::SkyView& v = c_.view();
        const sky::SkyPos pos = c_.aimPosition();
        QStringList lines{c_.positionText(pos)};
        if (pos.frame != sky::Frame::Body && c_.sky()) {
            const std::string where = c_.sky()->constellationAt(sky::toDir(sky::converted(pos, sky::Frame::Icrs)));
            if (!where.empty()) lines << tr("in %1").arg(q(where));
        }
        lines << tr("%1 × %2, %3 per pixel").arg(q(sky::formatField(v.fov())), q(sky::formatField(v.fovHeight())), q(sky::formatField(v.pixelScale())));
        centre->setText(lines.join(QLatin1Char('\n')));
    };
    auto* projection = new QComboBox(this);
    for (sky::Proj p : sky::kAllProjections) projection->addItem(QStringLiteral("%1  %2").arg(QLatin1String(sky::info(p).code), QLatin1String(sky::info(p).name)));
    connect(projection, &QComboBox::activated, this, [this](int i) {
        c_.navigator().stop();
        c_.history().setView(c_.view().withProjection(sky::kAllProjections[static_cast<size_t>(i)]));
    });
    refreshers_ << [this, projection] { projection->setCurrentIndex(static_cast<int>(c_.view().projection())); };
    rowOf(tr("Projection"), projection);
    auto* grid = new Segmented(c_.style(), tr("Grid"), {tr("Off"), tr("ICRS"), tr("Gal"), tr("Ecl")}, this);
    connect(grid, &Segmented::chosen, this, [this](int i) {
        c_.changeOverlays(tr("Grid"), [i](scene::OverlayState& o) {
            o.grid.on = i > 0;
            o.grid.frame = i == 2 ? sky::Frame::Galactic : i == 3 ? sky::Frame::EclipticJ2000 : sky::Frame::Icrs;
        });
    });
    refreshers_ << [this, grid] {
        const scene::GridState& g = c_.document().overlays.grid;
        grid->setCurrent(!g.on ? 0 : g.frame == sky::Frame::Galactic ? 2 : g.frame == sky::Frame::EclipticJ2000 ? 3 : 1);
    };
    rowOf(tr("Grid"), grid);
    const std::pair<QString, bool scene::OverlayState::*> switches[] = {
        {tr("Compass"), &scene::OverlayState::compass}, {tr("Scale bar"), &scene::OverlayState::scaleBar}, {tr("Cross at the centre"), &scene::OverlayState::reticle}};
    for (const auto& [name, member] : switches) {
        auto* box = new QWidget(this);
        auto* row = new QHBoxLayout(box);
        row->setContentsMargins(0, 0, 0, 0);
        row->addWidget(makeLabel(name));
        row->addStretch(1);
        auto* s = new Switch(c_.style(), name, box);
        row->addWidget(s);
        connect(s, &QAbstractButton::clicked, this, [this, name = name, member = member](bool on) {
            c_.changeOverlays(name, [on, member](scene::OverlayState& o) { o.*member = on; });
        });
        refreshers_ << [this, s, member = member] { s->setChecked(c_.document().overlays.*member); };
        body()->addWidget(box);
    }
    auto* save = new QPushButton(tr("Export picture"), this);
    save->setAccessibleName(save->text());
    save->setToolTip(c_.commands().tip(QStringLiteral("file.export")));
    connect(save, &QPushButton::clicked, this, [this] { c_.commands().run(QStringLiteral("file.export")); });
    body()->addWidget(save, 0, Qt::AlignLeft);
}

void InspectorPanel::showEvent(QShowEvent* event)
{
    PanelFrame::showEvent(event);
    refresh();
}

void InspectorPanel::refresh()
{
    if (!isVisible()) return; // brought up to date when shown
    if (subject_ == Subject::Survey) {
        const auto r = c_.report(layer_);
        if (tab_ == kDisplay && r && r->values != hasValues_) {
            hasValues_ = r->values;
            QTimer::singleShot(0, this, &InspectorPanel::rebuild);
            return;
        }
    }
    switch (subject_) {
    case Subject::Object: setTitle(q(c_.selectedObject() ? c_.selectedObject()->name : std::string())); break;
    case Subject::View: setTitle(tr("View")); break;
    case Subject::Several: setTitle(tr("%1 layers").arg(c_.selectedLayers().size())); break;
    default:
        if (const auto* l = c_.layer(layer_)) setTitle(c_.layerTitle(*l));
    }
    subtitle_->setVisible(subject_ == Subject::Survey);
    setTightHeader(subject_ == Subject::Survey);
    if (subject_ == Subject::Survey) subtitle_->setFullText(subtitle());
    if (subject_ == Subject::Survey && tab_ == kDisplay) refreshDisplay();
    if (subject_ == Subject::Several) refreshSeveral();
    for (const auto& r : refreshers_) r();
}

} // namespace firmament::window
