#include "app/window/canvas_host.h"

#include <QPainter>
#include <QVariantAnimation>

#include "app/window/canvas.h"
#include "app/window/floating.h"
#include "app/window/inspector_panel.h"
#include "app/window/layers_panel.h"
#include "app/window/message_list.h"
#include "app/window/rail.h"
#include "app/window/settings_panel.h"
#include "app/window/sheets.h"
#include "app/window/surveys_panel.h"
#include "app/window/welcome_card.h"

namespace firmament::window {

CanvasHost::CanvasHost(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
{
    setAccessibleName(tr("Sky and panels"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    canvas_ = new Canvas(c_, this);
    connect(&c_, &Controller::panelsChanged, this, &CanvasHost::syncPanels);
    connect(&c_, &Controller::toastWanted, this, [this](const QString& text, const QString& command) {
        if (!toast_) toast_ = new Toast(c_, this);
        toast_->present(text, command);
    });
    connect(canvas_, &Canvas::hoverCardWanted, this, [this](bool shown) {
        if (!shown || !c_.hovered()) {
            if (hover_) hover_->hide();
            return;
        }
        if (!hover_) hover_ = new HoverCard(c_, this);
        hover_->present(*c_.hovered(), c_.pointer().pixel, layout_.freeArea);
    });
    connect(canvas_, &Canvas::boxChanged, this, [this](const QRect& box) {
        if (!band_) band_ = new Band(c_.style(), this);
        band_->setVisible(!box.isNull());
        if (!box.isNull()) {
            band_->setGeometry(box);
            band_->raise();
        }
    });
    connect(canvas_, &Canvas::dragged, this, [this](double pixels) {
        if (pixels > 100) hideWelcome();
    });
}

void CanvasHost::buildTools()
{
    tools_ = new ToolStrip(c_, *canvas_, this);
    syncPanels();
}

PanelFrame* CanvasHost::panel(const QString& id)
{
    if (const auto it = panels_.constFind(id); it != panels_.cend()) return *it;
    PanelFrame* made = nullptr;
    if (id == QLatin1String("layers")) made = new LayersPanel(c_, this);
    else if (id == QLatin1String("surveys")) made = new SurveysPanel(c_, this);
    else if (id == QLatin1String("settings")) made = new SettingsPanel(c_, *canvas_, this);
    else if (id == QLatin1String("inspector")) made = new InspectorPanel(c_, this);
    if (!made) return nullptr;
    made->hide();
    made->resizeOnLeft = id == QLatin1String("inspector");
    panels_.insert(id, made);
    connect(made, &PanelFrame::heightWanted, this, [this] { place(false); });
    connect(made, &PanelFrame::closeWanted, this, [this, made] {
        if (made == right_) c_.setRightPanel(false);
        else if (made == left_) c_.togglePanel(QString::fromStdString(c_.settings().leftPanel));
        canvas_->setFocus();
    });
    connect(made, &PanelFrame::widthDragged, this, [this, id](int width) {
        c_.changeSettings([&](Settings& s) {
            (id == QLatin1String("inspector") ? s.rightWidth : id == QLatin1String("settings") ? s.leftWideWidth : s.leftWidth) = width;
        });
        place(false);
    });
    made->defaultWidth = id == QLatin1String("inspector") ? 316 : id == QLatin1String("settings") ? 448 : 312;
    return made;
}

void CanvasHost::syncPanels()
{
    const Settings& s = c_.settings();
    PanelFrame* left = s.leftPanel.empty() ? nullptr : panel(QString::fromStdString(s.leftPanel));
    PanelFrame* right = s.rightPanel ? panel(QStringLiteral("inspector")) : nullptr;
    const bool leftOpened = left && left != left_, rightOpened = right && !right_;
    if (left_ && left_ != left) left_->hide();
    if (right_ && right_ != right) right_->hide();
    left_ = left;
    right_ = right;
    if (leftOpened) rightOpenedLast_ = false;
    if (rightOpened) rightOpenedLast_ = true;
    place(true);
    if (leftOpened && isVisible() && left_->isVisible()) left_->focusStart();
}

void CanvasHost::place(bool glide)
{
    if (placing_ || width() <= 0) return;
    placing_ = true;
    const Settings& s = c_.settings();
    LayoutWish wish;
    wish.canvas = size();
    wish.panelsHidden = c_.panelsHidden();
    wish.rightOpenedLast = rightOpenedLast_;
    if (left_) {
        const int width = s.leftPanel == "settings" ? s.leftWideWidth : s.leftWidth;
        left_->setPanelWidth(width);
        wish.left = {true, width, left_->wantedHeight()};
    }
    if (right_) {
        right_->setPanelWidth(s.rightWidth);
        wish.right = {true, s.rightWidth, right_->wantedHeight()};
    }
    if (tools_) wish.tools = tools_->sizeHint();
    layout_ = layOut(wish, window()->width());
    const auto put = [this](PanelFrame* p, const QRect& r, QWidget*& shadow) {
        const bool shown = p && !r.isNull();
        if (p) p->setVisible(shown);
        if (!shown) {
            if (shadow) shadow->hide();
            return;
        }
        p->setGeometry(r);
        if (!shadow) shadow = new Shadow(c_.style(), this);
        static_cast<Shadow*>(shadow)->around(r);
        shadow->stackUnder(p);
        p->raise();
    };
    put(left_, layout_.left, leftShadow_);
    put(right_, layout_.right, rightShadow_);
    if (tools_) {
        tools_->setVisible(!layout_.tools.isNull());
        if (!layout_.tools.isNull()) tools_->setGeometry(layout_.tools);
    }
    if (welcome_) {
        const QSize card = welcome_->sizeHint();
        welcome_->setGeometry(QRect(QPoint(layout_.freeArea.left() + 16, height() - card.height() - 16), card));
        welcome_->setVisible(!c_.panelsHidden() && layout_.left.isNull());
        welcome_->raise();
    }
    if (messages_ && messages_->isVisible()) messages_->move(width() - messages_->width() - 8, 8);
    if (toast_ && toast_->isVisible()) toast_->reposition();
    moveFreeArea(layout_.freeArea, glide);
    placing_ = false;
}

void CanvasHost::moveFreeArea(const QRect& to, bool glide)
{
    const QRectF target(to);
    const auto apply = [this](const QRectF& r) { c_.setFreeArea({r.x(), r.y(), r.width(), r.height()}); };
    const int ms = c_.style().duration(180);
    if (!glide || !isVisible() || ms == 0 || c_.freeArea().w <= 0) {
        if (glide_) glide_->stop();
        apply(target);
        return;
    }
    if (!glide_) {
        glide_ = new QVariantAnimation(this);
        glide_->setEasingCurve(QEasingCurve::OutCubic);
        connect(glide_, &QVariantAnimation::valueChanged, this, [apply](const QVariant& v) { apply(v.toRectF()); });
    }
    glide_->stop();
    glide_->setDuration(ms);
    const scene::PixelRect& now = c_.freeArea();
    glide_->setStartValue(QRectF(now.x, now.y, now.w, now.h));
    glide_->setEndValue(target);
    glide_->start();
}

bool CanvasHost::animating() const
{
    return glide_ && glide_->state() == QAbstractAnimation::Running;
}

void CanvasHost::resizeEvent(QResizeEvent*)
{
    canvas_->setGeometry(rect());
    if (sheet_ && sheet_->isVisible()) centreOverlay(sheet_);
    place(false);
}

void CanvasHost::paintEvent(QPaintEvent*)
{
    QPainter(this).fillRect(rect(), c_.style()["windowBg"]);
}

void CanvasHost::showWelcome()
{
    if (welcome_) return;
    welcome_ = new WelcomeCard(c_, this);
    connect(welcome_, &WelcomeCard::closed, this, &CanvasHost::hideWelcome);
    place(false);
}

void CanvasHost::hideWelcome()
{
    if (!welcome_) return;
    welcome_->hide();
    welcome_->deleteLater();
    welcome_ = nullptr;
}

bool CanvasHost::closeTopmost()
{
    if (sheet_ && sheet_->isVisible()) {
        sheet_->hide();
        canvas_->setFocus();
        return true;
    }
    if (messages_ && messages_->isVisible()) {
        messages_->hide();
        canvas_->setFocus();
        return true;
    }
    if (c_.navigator().moving()) {
        c_.navigator().stop();
        return true;
    }
    if (welcome_) {
        hideWelcome();
        return true;
    }
    if (hover_ && hover_->isVisible()) {
        hover_->hide();
        return true;
    }
    if (c_.selectedObject()) {
        c_.selectObject(std::nullopt);
        return true;
    }
    if (canvas_->tool() != Tool::Move) {
        canvas_->setTool(Tool::Move);
        return true;
    }
    return false;
}

void CanvasHost::toggleMessages()
{
    if (!messages_) {
        messages_ = new MessageList(c_, this);
        messages_->hide();
    }
    if (messages_->isVisible()) {
        messages_->hide();
        canvas_->setFocus();
        return;
    }
    messages_->resize(std::min(420, width() - 16), std::min(380, height() - 16));
    messages_->move(width() - messages_->width() - 8, 8);
    messages_->show();
    messages_->raise();
    messages_->setFocus();
    c_.messages().markRead();
}

void CanvasHost::centreOverlay(QWidget* sheet)
{
    const QSize wanted = sheet->sizeHint().boundedTo(size() - QSize(32, 32));
    sheet->setGeometry(QRect(QPoint((width() - wanted.width()) / 2, (height() - wanted.height()) / 2), wanted));
    sheet->show();
    sheet->raise();
}

void CanvasHost::showKeys()
{
    if (sheet_) sheet_->deleteLater();
    auto* sheet = new KeySheet(c_, this);
    sheet_ = sheet;
    connect(sheet, &Sheet::closeWanted, this, &CanvasHost::closeTopmost);
    centreOverlay(sheet);
    sheet->focusStart();
}

void CanvasHost::showAbout()
{
    if (sheet_) sheet_->deleteLater();
    auto* sheet = new AboutSheet(c_, canvas_->gpu(), this);
    sheet_ = sheet;
    connect(sheet, &Sheet::closeWanted, this, &CanvasHost::closeTopmost);
    centreOverlay(sheet);
    sheet->focusStart();
}

QList<QWidget*> CanvasHost::regions() const
{
    QList<QWidget*> out;
    if (left_ && left_->isVisible()) out << left_;
    out << canvas_;
    if (right_ && right_->isVisible()) out << right_;
    return out;
}

} // namespace firmament::window
