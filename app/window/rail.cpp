#include "app/window/rail.h"

#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

#include "app/window/canvas.h"

namespace firmament::window {

QList<RailItem> railItems()
{
    return {{"layers", "panel.layers", "layers"}, {"surveys", "panel.surveys", "globe"}, {nullptr, nullptr, nullptr}, {"settings", "panel.settings", "settings"}};
}

Rail::Rail(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
{
    setAccessibleName(tr("Rail"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 6, 4, 6);
    column->setSpacing(2);
    for (const RailItem& item : railItems()) {
        if (!item.id) {
            column->addStretch(1);
            continue;
        }
        const QString command = QString::fromLatin1(item.command);
        const Command* found = c_.commands().find(command);
        auto* button = new RailButton(c_.style(), QString::fromLatin1(item.icon), found ? found->text : QString::fromLatin1(item.id), this);
        connect(button, &QAbstractButton::clicked, this, [this, command] { c_.commands().run(command); });
        column->addWidget(button);
        buttons_.append({QString::fromLatin1(item.id), button});
    }
    const auto refresh = [this] {
        for (auto& [id, button] : buttons_) button->setChecked(c_.panelShown(id));
    };
    const auto tips = [this] {
        for (auto& [id, button] : buttons_) button->setToolTip(c_.commands().tip(QStringLiteral("panel.") + id));
    };
    const auto restyle = [this] {
        setFixedWidth(c_.style().size("rail"));
        update();
    };
    connect(&c_, &Controller::panelsChanged, this, refresh);
    connect(&c_, &Controller::panelsShown, this, refresh);
    connect(&c_, &Controller::keysChanged, this, tips);
    connect(&c_.style(), &Style::changed, this, restyle);
    refresh();
    tips();
    restyle();
}

void Rail::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    QColor ground = c_.style()["panel"];
    ground.setAlpha(255);
    p.fillRect(rect(), ground);
    p.fillRect(QRect(width() - 1, 0, 1, height()), c_.style()["lineSoft"]);
}

ToolStrip::ToolStrip(Controller& controller, Canvas& canvas, QWidget* parent) : QWidget(parent), c_(controller)
{
    setAccessibleName(tr("Tools"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(2);
    const auto add = [&](const char* id, const char* icon) {
        const QString name = QString::fromLatin1(id);
        const Command* command = c_.commands().find(name);
        auto* b = new IconButton(c_.style(), QString::fromLatin1(icon), command ? command->text : name, this);
        b->setBox({32, 32});
        b->setOnSky(true);
        b->setFilled(true);
        connect(b, &QAbstractButton::clicked, this, [this, name] { c_.commands().run(name); });
        column->addWidget(b);
        buttons_.append({b, name});
        return b;
    };
    IconButton* move = add("tool.move", "mouse-pointer-2");
    IconButton* box = add("tool.box", "square-dashed");
    move->setCheckable(true);
    box->setCheckable(true);
    auto* line = new QFrame(this);
    line->setFixedHeight(1);
    const auto tint = [this, line] { line->setStyleSheet(c_.style().theme().fill(QStringLiteral("background: {{canvasText@0.12}};"))); };
    connect(&c_.style(), &Style::changed, line, tint);
    tint();
    column->addWidget(line);
    add("view.zoom-in", "plus");
    add("view.zoom-out", "minus");
    add("view.north-up", "compass");
    const auto refresh = [move, box, &canvas] {
        move->setChecked(canvas.tool() == Tool::Move);
        box->setChecked(canvas.tool() == Tool::Box);
    };
    connect(&canvas, &Canvas::toolChanged, this, refresh);
    for (IconButton* b : {move, box}) connect(b, &QAbstractButton::clicked, this, refresh);
    refresh();
    const auto tips = [this] {
        for (auto& [b, name] : buttons_) b->setToolTip(c_.commands().tip(name));
    };
    connect(&c_, &Controller::keysChanged, this, tips);
    tips();
    connect(&c_.style(), &Style::changed, this, [this] {
        update();
        emit sizeChanged();
    });
}

QSize ToolStrip::sizeHint() const
{
    const int side = c_.style().size("toolButton");
    return {side + 8, static_cast<int>(buttons_.size()) * (side + 2) + 9};
}

void ToolStrip::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(c_.style().veil(0.08F));
    p.setBrush(c_.style()["canvasPill"]);
    p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

void ToolStrip::mousePressEvent(QMouseEvent* e)
{
    e->accept();
}

} // namespace firmament::window
