#include "app/window/welcome_card.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "app/window/controls.h"
#include "app/window/survey_model.h"

namespace firmament::window {

namespace {

/// 603000 -> "603 000" with a thin space.
QString grouped(qsizetype n)
{
    QString s = QString::number(n);
    for (qsizetype i = s.size() - 3; i > 0; i -= 3) s.insert(i, QChar(0x2009));
    return s;
}

} // namespace

WelcomeCard::WelcomeCard(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
{
    setAccessibleName(tr("Welcome"));
    const Style& style = c_.style();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(18, 12, 18, 16);
    column->setSpacing(8);

    auto* head = new QHBoxLayout;
    auto* title = makeLabel(tr("Welcome to the sky"), "title");
    auto* close = new IconButton(style, QStringLiteral("x"), tr("Close"), this);
    connect(close, &QAbstractButton::clicked, this, &WelcomeCard::closed);
    head->addWidget(title);
    head->addStretch(1);
    head->addWidget(close);
    column->addLayout(head);

    const qsizetype stars = c_.sky() ? static_cast<qsizetype>(c_.sky()->starCount()) : 0;
    const qsizetype objects = c_.sky() ? static_cast<qsizetype>(c_.sky()->deepSky().size()) : 0;
    auto* intro = makeLabel(stars > 0 ? tr("%1 stars and %2 deep-sky objects are built in, so everything you see now works without a network.").arg(grouped(stars), grouped(objects))
                                      : tr("The built-in sky is not there; surveys can be opened."),
                            "dim");
    intro->setWordWrap(true);
    column->addWidget(intro);
    column->addSpacing(4);

    struct Hint {
        const char* icon;
        QString text;
        QStringList keys;
    };
    const Hint hints[] = {{"move", tr("Drag to move, scroll to zoom at the pointer"), {tr("Drag"), tr("Scroll")}},
                          {"search", tr("Type a name, a position, a survey or a command"), {tr("Ctrl K")}},
                          {"layers", tr("Stack surveys and fade between them"), {tr("L")}},
                          {"file-down", tr("Drop a HiPS folder or a session anywhere"), {tr("Drop")}},
                          {"keyboard", tr("Every key on one page"), {tr("?")}}};
    for (const Hint& hint : hints) {
        auto* row = new QHBoxLayout;
        row->setContentsMargins(0, 2, 0, 2);
        row->setSpacing(6);
        auto* icon = new QLabel(this);
        const auto dress = [icon, &style, name = QString::fromLatin1(hint.icon)] {
            icon->setPixmap(style.pixmap(name, 18, style["accent"], icon->devicePixelRatioF()));
        };
        connect(&style, &Style::changed, icon, dress);
        dress();
        row->addWidget(icon);
        row->addSpacing(8);
        row->addWidget(makeLabel(hint.text), 1);
        for (const QString& key : hint.keys) row->addWidget(new KeyCap(style, key, this));
        column->addLayout(row);
    }
    column->addSpacing(8);
    column->addWidget(makeLabel(tr("Try one"), "section"));
    auto* flowBox = new QWidget(this);
    auto* flow = new FlowLayout(flowBox, 8);
    const auto chip = [&](const QString& text, const char* icon, auto&& run) {
        auto* c = new Chip(style, text, flowBox);
        c->setIconName(QString::fromLatin1(icon));
        connect(c, &QAbstractButton::clicked, this, run);
        flow->addWidget(c);
    };
    for (const auto& [text, place] : {std::pair{tr("Orion Nebula"), QStringLiteral("M42 3deg")}, {tr("M 31"), QStringLiteral("M31 5deg")},
                                      {tr("Galactic Centre"), QStringLiteral("G0.0+0.0 30deg")}, {tr("Southern Cross"), QStringLiteral("Crux")}})
        chip(text, "map-pin", [this, place = place] { c_.open(place); });
    const qsizetype surveys = static_cast<qsizetype>(c_.surveys().size());
    if (surveys > 0) chip(tr("Browse %1 surveys").arg(grouped(surveys)), "globe", [this] { c_.showPanel(QStringLiteral("surveys")); });
    column->addWidget(flowBox);
    column->addSpacing(4);

    auto* foot = new QHBoxLayout;
    auto* never = new QCheckBox(tr("Do not show this again"), this);
    never->setAccessibleName(never->text());
    never->setChecked(!c_.settings().showWelcome);
    connect(never, &QCheckBox::toggled, this, [this](bool on) { c_.changeSettings([on](Settings& s) { s.showWelcome = !on; }); });
    auto* start = new QPushButton(tr("Start exploring"), this);
    start->setProperty("primary", true);
    start->setAccessibleName(start->text());
    connect(start, &QPushButton::clicked, this, &WelcomeCard::closed);
    auto* tour = new QPushButton(tr("Two-minute tour"), this);
    tour->setAccessibleName(tour->text());
    tour->setProperty("flatLink", true);
    connect(tour, &QPushButton::clicked, this, [this] { c_.commands().run(QStringLiteral("help.tour")); });
    foot->addWidget(never);
    foot->addStretch(1);
    foot->addWidget(tour);
    foot->addWidget(start);
    column->addLayout(foot);
    connect(&style, &Style::changed, this, qOverload<>(&QWidget::update));
}

QSize WelcomeCard::sizeHint() const
{
    const int width = (std::max(452, layout()->minimumSize().width()) + 3) / 4 * 4;
    return {width, layout()->hasHeightForWidth() ? layout()->heightForWidth(width) : layout()->sizeHint().height()};
}

void WelcomeCard::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(c_.style()["line"]);
    p.setBrush(c_.style()["panel"]);
    p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
}

void WelcomeCard::mousePressEvent(QMouseEvent* e)
{
    e->accept();
}

} // namespace firmament::window
