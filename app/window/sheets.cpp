#include "app/window/sheets.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include "app/window/controls.h"
#include "app/window/omni_engine.h"

namespace firmament::window {

Sheet::Sheet(Controller& controller, const QString& title, QWidget* parent) : QWidget(parent), c_(controller)
{
    setAccessibleName(title);
    setFocusPolicy(Qt::ClickFocus);
    column_ = new QVBoxLayout(this);
    column_->setContentsMargins(24, 16, 24, 20);
    column_->setSpacing(12);
    auto* head = new QHBoxLayout;
    auto* label = makeLabel(title, "display");
    close_ = new IconButton(c_.style(), QStringLiteral("x"), tr("Close"), this);
    connect(close_, &QAbstractButton::clicked, this, &Sheet::closeWanted);
    head->addWidget(label);
    head->addStretch(1);
    head->addWidget(close_);
    column_->addLayout(head);
    connect(&c_.style(), &Style::changed, this, qOverload<>(&QWidget::update));
}

void Sheet::focusStart()
{
    close_->setFocus(Qt::TabFocusReason); // to be seen
}

void Sheet::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(c_.style()["line"]);
    p.setBrush(c_.style()["panel"]);
    p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
}

void Sheet::mousePressEvent(QMouseEvent* e)
{
    e->accept();
}

void Sheet::keyPressEvent(QKeyEvent* e)
{
    if (e->key() == Qt::Key_Escape) emit closeWanted();
    else QWidget::keyPressEvent(e);
}

// KeySheet -----------------------------------------------------------------------------------------------------------

KeySheet::KeySheet(Controller& controller, QWidget* parent) : Sheet(controller, tr("All keys"), parent)
{
    search_ = new QLineEdit(this);
    search_->setPlaceholderText(tr("Search keys and commands"));
    search_->setAccessibleName(search_->placeholderText());
    connect(search_, &QLineEdit::textChanged, this, &KeySheet::fill);
    column_->addWidget(search_);
    scroll_ = new QScrollArea(this);
    scroll_->setWidgetResizable(true);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setFocusPolicy(Qt::NoFocus);
    scroll_->viewport()->setAutoFillBackground(false);
    grid_ = new QWidget;
    scroll_->setWidget(grid_);
    grid_->setAutoFillBackground(false);
    column_->addWidget(scroll_, 1);
    search_->installEventFilter(this);
    connect(&c_, &Controller::keysChanged, this, [this] { fill(search_->text()); });
    fill({});
}

void KeySheet::focusStart()
{
    search_->setFocus();
}

/// The list is read without leaving the field.
bool KeySheet::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        QScrollBar* bar = scroll_->verticalScrollBar();
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Down: bar->triggerAction(QAbstractSlider::SliderSingleStepAdd); return true;
        case Qt::Key_Up: bar->triggerAction(QAbstractSlider::SliderSingleStepSub); return true;
        case Qt::Key_PageDown: bar->triggerAction(QAbstractSlider::SliderPageStepAdd); return true;
        case Qt::Key_PageUp: bar->triggerAction(QAbstractSlider::SliderPageStepSub); return true;
        default: break;
        }
    }
    return Sheet::eventFilter(watched, event);
}

void KeySheet::fill(const QString& filter)
{
    struct Row {
        QString group, text;
        QStringList keys;
    };
    QList<Row> rows;
    // The mouse has a place here too.
    const QString pointer = tr("Pointer");
    rows << Row{pointer, tr("Move"), {tr("Drag")}} << Row{pointer, tr("Zoom about the pointer"), {tr("Wheel")}} << Row{pointer, tr("Zoom finely"), {tr("Shift+Wheel")}}
         << Row{pointer, tr("Fly there, or fit the object"), {tr("Double-click")}} << Row{pointer, tr("Box zoom"), {tr("Ctrl+Drag")}}
         << Row{pointer, tr("Rotate"), {tr("Alt+Drag")}} << Row{pointer, tr("What is here"), {tr("Right-click")}};
    for (const Command& command : c_.commands().all()) {
        if (command.keys.isEmpty()) continue;
        QStringList keys;
        for (const QKeySequence& k : command.keys) keys << k.toString(QKeySequence::NativeText);
        rows << Row{command.group, command.text, keys};
    }
    qDeleteAll(grid_->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
    delete grid_->layout();
    auto* columns = new QHBoxLayout(grid_);
    columns->setContentsMargins(0, 0, 8, 0);
    columns->setSpacing(32);
    QVBoxLayout* column[2];
    for (QVBoxLayout*& c : column) {
        c = new QVBoxLayout;
        c->setSpacing(4);
        columns->addLayout(c, 1);
    }
    QStringList groups;
    for (const Row& r : rows)
        if (!groups.contains(r.group)) groups << r.group;
    int height[2] = {0, 0};
    for (const QString& group : groups) {
        QList<Row> shown;
        for (const Row& r : rows)
            if (r.group == group && (filter.isEmpty() || matchScore(filter, r.text + QLatin1Char(' ') + r.keys.join(QLatin1Char(' '))) > 0)) shown << r;
        if (shown.isEmpty()) continue;
        const int side = height[0] <= height[1] ? 0 : 1;
        height[side] += static_cast<int>(shown.size()) + 2;
        column[side]->addWidget(makeLabel(group, "section"));
        for (const Row& r : shown) {
            auto* line = new QHBoxLayout;
            line->setSpacing(6);
            line->addWidget(makeLabel(r.text), 1);
            for (const QString& key : r.keys) line->addWidget(new KeyCap(c_.style(), key, grid_));
            column[side]->addLayout(line);
        }
        column[side]->addSpacing(10);
    }
    if (height[0] == 0) column[0]->addWidget(makeLabel(tr("No key and no command has \"%1\" in it.").arg(filter), "dim"));
    for (QVBoxLayout* c : column) c->addStretch(1);
}

// CreditsSheet -------------------------------------------------------------------------------------------------------

CreditsSheet::CreditsSheet(Controller& controller, QWidget* parent) : Sheet(controller, tr("Credits of what is shown"), parent)
{
    QStringList lines;
    for (const std::string& credit : c_.scene().credits()) lines << QString::fromStdString(credit);
    auto* text = makeLabel(lines.isEmpty() ? tr("Nothing that is shown asks for credit.") : lines.join(QLatin1String("\n\n")));
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text->setAccessibleName(tr("Credits"));
    text->setAccessibleDescription(text->text());
    column_->addWidget(text);
    auto* copy = new QPushButton(tr("Copy"), this);
    copy->setAccessibleName(tr("Copy the credits"));
    copy->setEnabled(!lines.isEmpty());
    connect(copy, &QPushButton::clicked, this, [this, lines] {
        QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
        c_.toast(tr("Credits copied."));
    });
    auto* row = new QHBoxLayout;
    row->addWidget(copy);
    row->addStretch(1);
    column_->addLayout(row);
    column_->addStretch(1);
}

QSize CreditsSheet::sizeHint() const
{
    return {560, std::max(200, layout()->heightForWidth(560))};
}

// AboutSheet ---------------------------------------------------------------------------------------------------------

AboutSheet::AboutSheet(Controller& controller, const render::GpuInfo* gpu, QWidget* parent) : Sheet(controller, tr("About Firmament"), parent)
{
    const auto line = [this](const QString& name, const QString& value) {
        auto* row = new QHBoxLayout;
        auto* left = makeLabel(name, "dim");
        holdWidth(left, c_.style(), {tr("Type and icons")});
        auto* right = makeLabel(value);
        right->setWordWrap(true);
        right->setTextInteractionFlags(Qt::TextSelectableByMouse);
        right->setAccessibleName(name);
        row->addWidget(left, 0, Qt::AlignTop);
        row->addWidget(right, 1);
        column_->addLayout(row);
    };
    line(tr("Version"), QCoreApplication::applicationVersion());
    line(tr("Licence"), tr("GPL, version 3 or later"));
    line(tr("Qt"), QString::fromLatin1(qVersion()));
    if (gpu) {
        line(tr("GL renderer"), QString::fromStdString(gpu->renderer) + (gpu->software ? tr(" (in software)") : QString()));
        line(tr("GL version"), QString::fromStdString(gpu->version));
    } else {
        line(tr("GL renderer"), tr("none: the sky cannot be drawn here"));
    }
    line(tr("Sky"), tr("Stars: ESA Hipparcos, Tycho-2, NOMAD. Deep sky: OpenNGC (CC BY-SA 4.0). Constellations: IAU. Planets: ERFA."));
    line(tr("Type and icons"), tr("Firmament Sans, made from Inter (OFL 1.1). Lucide (ISC)."));
    column_->addStretch(1);
}

QSize AboutSheet::sizeHint() const
{
    return {560, std::max(320, layout()->heightForWidth(560))};
}

} // namespace firmament::window
