#include "app/window/rail.h"

#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>

#include "app/window/canvas.h"

namespace firmament::window {

Rail::Rail(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
{
    setFixedWidth(60);
    setAccessibleName(tr("Rail"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 6, 4, 6);
    column->setSpacing(2);
    struct Item {
        const char *id, *command, *icon;
        QString word;
    };
    const Item items[] = {{"layers", "panel.layers", "layers", tr("Layers")}, {"surveys", "panel.surveys", "globe", tr("Surveys")},
                          {"", "", "", {}}, {"settings", "panel.settings", "settings", tr("Settings")}};
    for (const Item& item : items) {
        if (!*item.id) {
            column->addStretch(1);
            continue;
        }
        auto* button = new RailButton(c_.style(), QString::fromLatin1(item.icon), item.word, this);
        button->setToolTip(c_.commands().tip(QString::fromLatin1(item.command)));
        connect(button, &QAbstractButton::clicked, this, [this, command = QString::fromLatin1(item.command)] { c_.commands().run(command); });
        column->addWidget(button);
        buttons_.append({QString::fromLatin1(item.id), button});
    }
    const auto refresh = [this] {
        for (auto& [id, button] : buttons_) button->setChecked(c_.settings().leftPanel == id.toStdString() && !c_.panelsHidden());
    };
    connect(&c_, &Controller::panelsChanged, this, refresh);
    connect(&c_.style(), &Style::changed, this, qOverload<>(&QWidget::update));
    refresh();
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
        b->setToolTip(c_.commands().tip(name));
        b->setBox({32, 32});
        b->setOnSky(true);
        b->setFilled(true);
        connect(b, &QAbstractButton::clicked, this, [this, name] { c_.commands().run(name); });
        column->addWidget(b);
        ++rows_;
        return b;
    };
    IconButton* move = add("tool.move", "mouse-pointer-2");
    IconButton* box = add("tool.box", "square-dashed");
    move->setCheckable(true);
    box->setCheckable(true);
    auto* line = new QFrame(this);
    line->setFixedHeight(1);
    line->setStyleSheet(QStringLiteral("background: rgba(255, 255, 255, 0.12);"));
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
    connect(&c_.style(), &Style::changed, this, qOverload<>(&QWidget::update));
}

QSize ToolStrip::sizeHint() const
{
    return {40, rows_ * 34 + 9};
}

void ToolStrip::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QColor(255, 255, 255, 20));
    p.setBrush(c_.style()["canvasPill"]);
    p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

void ToolStrip::mousePressEvent(QMouseEvent* e)
{
    e->accept();
}

} // namespace firmament::window
