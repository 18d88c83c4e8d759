#include "app/window/inspector_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>
#include <cmath>

#include "app/window/histogram_view.h"
#include "app/window/layers_panel.h"

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
constexpr render::Blend kBlends[] = {render::Blend::Normal, render::Blend::Add, render::Blend::Screen, render::Blend::Multiply, render::Blend::Difference};

QIcon mapIcon(ColourMap map, double ratio)
{
    QImage image(QSize(56, 12) * ratio, QImage::Format_RGB32);
    const auto& table = render::colourTable(map);
    for (int x = 0; x < image.width(); ++x) {
        const auto& c = table[static_cast<size_t>(x * 255 / std::max(1, image.width() - 1))];
        const QRgb colour = qRgb(static_cast<int>(c[0] * 255), static_cast<int>(c[1] * 255), static_cast<int>(c[2] * 255));
        for (int y = 0; y < image.height(); ++y) image.setPixel(x, y, colour);
    }
    image.setDevicePixelRatio(ratio);
    return QIcon(QPixmap::fromImage(image));
}

/// The same cuts, told as the preset that makes them.
struct Preset {
    const char* text;
    scene::CutRule rule;
};
using Mode = scene::CutRule::Mode;
const Preset kPresets[] = {{QT_TRANSLATE_NOOP("InspectorPanel", "Survey"), {Mode::Survey, 0, 1, 99.5}},
                           {QT_TRANSLATE_NOOP("InspectorPanel", "Min–max"), {Mode::MinMax, 0, 1, 99.5}},
                           {QT_TRANSLATE_NOOP("InspectorPanel", "99.5 %"), {Mode::Percentile, 0, 1, 99.5}},
                           {QT_TRANSLATE_NOOP("InspectorPanel", "zscale"), {Mode::ZScale, 0, 1, 99.5}},
                           {QT_TRANSLATE_NOOP("InspectorPanel", "3σ"), {Mode::Sigma3, 0, 1, 99.5}}};

} // namespace

InspectorPanel::InspectorPanel(Controller& controller, QWidget* parent) : PanelFrame(controller.style(), tr("Inspector"), parent), c_(controller)
{
    auto* close = new IconButton(c_.style(), QStringLiteral("x"), tr("Close the inspector"), this);
    connect(close, &QAbstractButton::clicked, this, &PanelFrame::closeWanted);
    actions()->addWidget(close);
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
    rebuild();
}

void InspectorPanel::clearBody()
{
    histogram_ = nullptr;
    pixels_ = percent_ = gammaText_ = state_ = nullptr;
    low_ = high_ = nullptr;
    stretch_ = map_ = nullptr;
    blend_ = sampling_ = nullptr;
    opacity_ = gamma_ = nullptr;
    bar_ = invert_ = nullptr;
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
    refresh();
    emit heightWanted();
}

void InspectorPanel::fact(const QString& name, const QString& value, bool link)
{
    if (value.isEmpty()) return;
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* left = makeLabel(name, "dim");
    left->setFixedWidth(84);
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
}

QWidget* InspectorPanel::rowOf(const QString& name, QWidget* control)
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* label = makeLabel(name, "dim");
    label->setFixedWidth(78);
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

// Survey -------------------------------------------------------------------------------------------------------------

void InspectorPanel::showSurvey(const scene::LayerState& layer)
{
    auto* tabs = new Segmented(c_.style(), tr("Part"), {tr("Display"), tr("Info"), tr("Provenance")}, this);
    tabs->setCurrent(tab_);
    connect(tabs, &Segmented::chosen, this, [this](int i) {
        tab_ = i;
        QTimer::singleShot(0, this, &InspectorPanel::rebuild);
    });
    body()->addWidget(tabs);
    if (tab_ == 0) surveyDisplay(layer);
    else if (tab_ == 1) surveyInfo(layer);
    else surveyProvenance(layer);
}

void InspectorPanel::surveyDisplay(const scene::LayerState& layer)
{
    const scene::LayerId id = layer.id;
    const auto report = c_.report(id);
    hasValues_ = report && report->values;
    if (hasValues_) {
        auto* head = new QWidget(this);
        auto* row = new QHBoxLayout(head);
        row->setContentsMargins(0, 4, 0, 0);
        row->addWidget(makeLabel(tr("Histogram of the view"), "section"));
        row->addStretch(1);
        pixels_ = makeLabel({}, "faint");
        row->addWidget(pixels_);
        body()->addWidget(head);
        histogram_ = new HistogramView(c_.style(), this);
        connect(histogram_, &HistogramView::cutsDragged, this, [this, id](double lo, double hi) {
            c_.changeSurvey(id, tr("Cuts"), [lo, hi](scene::SurveyState& s) {
                s.cuts.mode = Mode::Manual;
                s.cuts.lo = lo;
                s.cuts.hi = hi;
            }, QStringLiteral("cuts-%1").arg(id));
        });
        connect(histogram_, &HistogramView::dragEnded, this, [this] { c_.history().endMerge(); });
        connect(histogram_, &HistogramView::automaticWanted, this, [this, id] {
            c_.changeSurvey(id, tr("Cuts"), [](scene::SurveyState& s) { s.cuts = scene::CutRule{Mode::Percentile, 0, 1, 99.5}; });
        });
        body()->addWidget(histogram_);
        auto* cuts = new QWidget(this);
        auto* cutRow = new QHBoxLayout(cuts);
        cutRow->setContentsMargins(0, 0, 0, 0);
        cutRow->setSpacing(8);
        for (QLineEdit** e : {&low_, &high_}) {
            *e = new QLineEdit(this);
            (*e)->setAlignment(Qt::AlignRight);
            connect(*e, &QLineEdit::returnPressed, this, &InspectorPanel::cutTyped);
            auto* label = makeLabel(e == &low_ ? tr("Low") : tr("High"), "faint");
            (*e)->setAccessibleName(label->text());
            cutRow->addWidget(label);
            cutRow->addWidget(*e, 1);
        }
        body()->addWidget(cuts);
        auto* chipBox = new QWidget(this);
        auto* flow = new FlowLayout(chipBox, 6);
        for (const Preset& preset : kPresets) {
            auto* chip = new Chip(c_.style(), tr(preset.text), chipBox);
            chip->setCheckable(true);
            connect(chip, &QAbstractButton::clicked, this, [this, id, rule = preset.rule] {
                c_.changeSurvey(id, tr("Cuts"), [rule](scene::SurveyState& s) { s.cuts = rule; });
                refreshDisplay();
            });
            presets_ << chip;
            flow->addWidget(chip);
        }
        body()->addWidget(chipBox);
        stretch_ = new QComboBox(this);
        for (Stretch s : kStretches) stretch_->addItem(QString::fromLatin1(render::word(s)));
        connect(stretch_, &QComboBox::activated, this, [this, id](int i) {
            c_.changeSurvey(id, tr("Stretch"), [i](scene::SurveyState& s) { s.stretch = kStretches[i]; });
        });
        rowOf(tr("Stretch"), stretch_);
        map_ = new QComboBox(this);
        map_->setIconSize({56, 12});
        for (ColourMap m : kMaps) map_->addItem(mapIcon(m, devicePixelRatioF()), QString::fromLatin1(render::word(m)));
        connect(map_, &QComboBox::activated, this, [this, id](int i) {
            c_.changeSurvey(id, tr("Colour map"), [i](scene::SurveyState& s) { s.map = kMaps[i]; });
        });
        rowOf(tr("Colour map"), map_);
        invert_ = new Switch(c_.style(), tr("Invert"), this);
        connect(invert_, &QAbstractButton::clicked, this, [this, id](bool on) { c_.changeSurvey(id, tr("Invert"), [on](scene::SurveyState& s) { s.invert = on; }); });
        auto* invertBox = new QWidget(this);
        auto* invertRow = new QHBoxLayout(invertBox);
        invertRow->setContentsMargins(0, 0, 0, 0);
        invertRow->addWidget(invert_);
        invertRow->addWidget(makeLabel(tr("colours the other way round"), "faint"));
        invertRow->addStretch(1);
        rowOf(tr("Invert"), invertBox);
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
    blend_ = new Segmented(c_.style(), tr("Blend"), {tr("Norm"), tr("Add"), tr("Scrn"), tr("Mult"), tr("Diff")}, this);
    blend_->setToolTip(tr("Normal, add, screen, multiply, difference"));
    connect(blend_, &Segmented::chosen, this, [this, id](int i) { c_.changeLayer(id, tr("Blend"), [i](scene::LayerState& l) { l.blend = kBlends[i]; }); });
    rowOf(tr("Blend"), blend_);
    const auto withText = [this](Slider* s, QLabel*& text) {
        auto* box = new QWidget(this);
        auto* row = new QHBoxLayout(box);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(8);
        row->addWidget(s, 1);
        text = makeLabel({});
        text->setFixedWidth(44);
        text->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        row->addWidget(text);
        return box;
    };
    opacity_ = slider(tr("Opacity"), 0, 100, 100);
    connect(opacity_, &QSlider::valueChanged, this, [this, id](int v) {
        c_.changeLayer(id, tr("Opacity"), [v](scene::LayerState& l) { l.opacity = v / 100.0; }, QStringLiteral("opacity-%1").arg(id));
    });
    rowOf(tr("Opacity"), withText(opacity_, percent_));
    gamma_ = slider(tr("Gamma"), -100, 100, 0);
    connect(gamma_, &QSlider::valueChanged, this, [this, id](int v) {
        const double g = std::round(std::pow(5.0, v / 100.0) * 100) / 100; // 0.2 to 5, the middle is 1
        c_.changeSurvey(id, tr("Gamma"), [g](scene::SurveyState& s) { s.gamma = g; }, QStringLiteral("gamma-%1").arg(id));
    });
    rowOf(tr("Gamma"), withText(gamma_, gammaText_));
    sampling_ = new Segmented(c_.style(), tr("Pixels"), {tr("Smooth"), tr("As they are")}, this);
    connect(sampling_, &Segmented::chosen, this, [this, id](int i) {
        c_.changeSurvey(id, tr("Sampling"), [i](scene::SurveyState& s) { s.sampling = i == 0 ? render::Sampling::Linear : render::Sampling::Nearest; });
    });
    rowOf(tr("Pixels"), sampling_);
    if (hasValues_) {
        bar_ = new Switch(c_.style(), tr("Colour bar"), this);
        connect(bar_, &QAbstractButton::clicked, this, [this, id](bool on) { c_.changeSurvey(id, tr("Colour bar"), [on](scene::SurveyState& s) { s.colourBar = on; }); });
        auto* barBox = new QWidget(this);
        auto* barRow = new QHBoxLayout(barBox);
        barRow->setContentsMargins(0, 0, 0, 0);
        barRow->addWidget(bar_);
        barRow->addWidget(makeLabel(tr("on the sky and in exports"), "faint"));
        barRow->addStretch(1);
        rowOf(tr("Colour bar"), barBox);
    }
    body()->addSpacing(6);
    body()->addWidget(makeLabel(tr("State"), "section"));
    state_ = makeLabel({}, "dim");
    state_->setWordWrap(true);
    body()->addWidget(state_);
    auto* reset = new QPushButton(tr("Reset display"), this);
    reset->setProperty("flatLink", true);
    reset->setAccessibleName(reset->text());
    connect(reset, &QPushButton::clicked, this, [this, id] {
        c_.changeLayer(id, tr("Reset display"), [](scene::LayerState& l) {
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
    });
    body()->addWidget(reset, 0, Qt::AlignLeft);
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
    // 58.6 deg is the side of a base cell.
    fact(tr("Pixel"), q(sky::formatField(sky::Angle::deg(58.6 / std::exp2(s.orderMax) / s.tileWidth))));
    fact(tr("Tiles"), tr("%1 pixels wide").arg(s.tileWidth));
    QStringList formats;
    for (hips::TileFormat f : s.formats) formats << QString::fromLatin1(hips::formatWord(f));
    fact(tr("Formats"), formats.join(QStringLiteral(", ")));
    fact(tr("Unit"), q(s.unit));
    if (s.skyFraction) fact(tr("Coverage"), tr("%1 % of the sky").arg(*s.skyFraction * 100, 0, 'f', *s.skyFraction < 0.1 ? 2 : 0));
    fact(tr("About"), q(s.description));
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
    blend_->setCurrent(static_cast<int>(layer->blend));
    sampling_->setCurrent(survey->sampling == render::Sampling::Linear ? 0 : 1);
    if (report) state_->setText(q(report->line) + (report->survey && report->survey->credit.empty() ? QString() : QStringLiteral("\n") + q(report->credit)));
    if (!histogram_ || !report) return;
    const auto h = c_.scene().histogram(layer_);
    histogram_->setHistogram(h);
    histogram_->setCuts(report->cutLo, report->cutHi, report->stretch);
    pixels_->setText(h ? tr("%1 pixels · log").arg(h->pixels >= 1000000 ? QString::number(static_cast<double>(h->pixels) / 1e6, 'f', 1) + QStringLiteral(" M") : QString::number(h->pixels)) : QString());
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
        if (tab_ == 0 && r && r->values != hasValues_) {
            hasValues_ = r->values;
            QTimer::singleShot(0, this, &InspectorPanel::rebuild);
            return;
        }
    }
    switch (subject_) {
    case Subject::Object: setTitle(q(c_.selectedObject() ? c_.selectedObject()->name : std::string())); break;
    case Subject::View: setTitle(tr("View")); break;
    default:
        if (const auto* l = c_.layer(layer_)) setTitle(c_.layerTitle(*l));
    }
    if (subject_ == Subject::Survey && tab_ == 0) refreshDisplay();
    for (const auto& r : refreshers_) r();
}

} // namespace firmament::window
