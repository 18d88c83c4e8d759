#include "app/window/canvas_host.h"

#include <QApplication>
#include <QPainter>
#include <QScreen>
#include <QVariantAnimation>
#include <QWindow>

#include "app/window/bookmarks_panel.h"
#include "app/window/canvas.h"
#include "app/window/comparison.h"
#include "app/window/crosshair.h"
#include "app/window/divider_handle.h"
#include "app/window/floating.h"
#include "app/window/inspector_panel.h"
#include "app/window/layers_panel.h"
#include "app/window/magnifier.h"
#include "app/window/message_list.h"
#include "app/window/rail.h"
#include "app/window/settings_panel.h"
#include "app/window/sky_pill.h"
#include "app/window/sheets.h"
#include "app/window/surveys_panel.h"
#include "app/window/torn_window.h"
#include "app/window/welcome_card.h"

namespace firmament::window {

namespace {

constexpr int kPillMargin = 16;
constexpr const char* kPanelIds[] = {"layers", "surveys", "bookmarks", "settings", "inspector"};

int usualWidth(const QString& id, const Style& style)
{
    if (id == QLatin1String("inspector")) return style.size("panelRight");
    return style.size(id == QLatin1String("settings") ? "panelLeftWide" : "panelLeft");
}

QList<QRect> screensNow()
{
    QList<QRect> out;
    for (const QScreen* s : QGuiApplication::screens()) out << s->geometry();
    return out;
}

std::string screensName()
{
    QList<QRect> out;
    for (const QScreen* s : QGuiApplication::screens()) out << QRect(s->geometry().topLeft(), s->geometry().size() * s->devicePixelRatio());
    return screenLayoutName(out);
}

} // namespace

CanvasHost::CanvasHost(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
{
    setAccessibleName(tr("Sky and panels"));
    setAttribute(Qt::WA_OpaquePaintEvent);
    canvas_ = new Canvas(c_, this);
    leftGrip_ = new EdgeGrip(c_.style(), false, this);
    rightGrip_ = new EdgeGrip(c_.style(), true, this);
    const auto widen = [this](PanelFrame* p, int width) {
        if (!p) return;
        c_.changePanel(idOf(p), [width](PanelState& s) { s.width = width; });
    };
    connect(leftGrip_, &EdgeGrip::widthWanted, this, [this, widen](int width) { widen(left_, width); });
    connect(rightGrip_, &EdgeGrip::widthWanted, this, [this, widen](int width) { widen(right_, width); });
    c_.setScreens(screensName(), screensNow());
    const auto screens = [this] { c_.setScreens(screensName(), screensNow()); };
    connect(qGuiApp, &QGuiApplication::screenAdded, this, screens);
    // The screen is still in the list while the signal is sent.
    connect(qGuiApp, &QGuiApplication::screenRemoved, this, screens, Qt::QueuedConnection);
    divider_ = new DividerHandle(c_, canvas_, this);
    magnifier_ = new Magnifier(c_, canvas_->crosshair(), this);
    connect(&c_, &Controller::panelsChanged, this, &CanvasHost::syncPanels);
    connect(&c_.style(), &Style::changed, this, [this] { place(false); });
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
    connect(canvas_, &Canvas::creditsWanted, this, &CanvasHost::showCredits);
    connect(canvas_, &Canvas::stepped, this, [this](const scene::Hit& hit, const QPointF& at, size_t step, size_t count) {
        if (!hover_) hover_ = new HoverCard(c_, this);
        hover_->present(hit, at, layout_.freeArea, tr("%1 of %2").arg(step).arg(count));
    });
    connect(canvas_, &Canvas::dragged, this, [this](double pixels) {
        if (pixels > 100) hideWelcome();
    });
}

void CanvasHost::buildTools()
{
    tools_ = new ToolStrip(c_, *canvas_, this);
    connect(tools_, &ToolStrip::sizeChanged, this, [this] { place(false); });
    pill_ = new SkyPill(c_, [this](scene::LayerId layer, int pixels) { return canvas_->layerPicture(layer, pixels); }, this);
    connect(pill_, &SkyPill::sizeChanged, this, [this] { place(false); });
    connect(&c_, &Controller::compareChanged, this, [this] { place(false); });
    syncPanels();
}

PanelFrame* CanvasHost::panel(const QString& id)
{
    if (const auto it = panels_.constFind(id); it != panels_.cend()) return *it;
    PanelFrame* made = nullptr;
    if (id == QLatin1String("layers")) made = new LayersPanel(c_, [this](scene::LayerId layer, int pixels) { return canvas_->layerPicture(layer, pixels); }, this);
    else if (id == QLatin1String("surveys")) made = new SurveysPanel(c_, this);
    else if (id == QLatin1String("bookmarks")) made = new BookmarksPanel(c_, this);
    else if (id == QLatin1String("settings")) made = new SettingsPanel(c_, *canvas_, this);
    else if (id == QLatin1String("inspector")) made = new InspectorPanel(c_, this);
    if (!made) return nullptr;
    made->hide();
    panels_.insert(id, made);
    shadows_.insert(made, new Shadow(c_.style(), made));
    connect(made, &PanelFrame::heightWanted, this, [this] { place(false); });
    connect(made, &PanelFrame::closeWanted, this, [this, id] { c_.closePanel(id); });
    connect(made, &PanelFrame::modeWanted, this, [this, made](PanelMode mode, const QPoint& at) { setMode(made, mode, at); });
    const auto measure = [this, made, id] { made->defaultWidth = usualWidth(id, c_.style()); };
    connect(&c_.style(), &Style::changed, made, measure);
    measure();
    return made;
}

QStringList CanvasHost::panelIds()
{
    QStringList out;
    for (const char* id : kPanelIds) out << QString::fromLatin1(id);
    return out;
}

LayersPanel& CanvasHost::layersPanel()
{
    return static_cast<LayersPanel&>(*panel(QStringLiteral("layers")));
}

QString CanvasHost::idOf(const PanelFrame* panel) const
{
    return panels_.key(const_cast<PanelFrame*>(panel));
}

// Panels in the window and outside --------------------------------------------------------------------------------------

void CanvasHost::setMode(PanelFrame* panel, PanelMode mode, const QPoint& at)
{
    const QString id = idOf(panel);
    if (id.isEmpty()) return;
    const bool dragged = mode == PanelMode::Torn && !at.isNull();
    c_.setPanelMode(id, mode, dragged ? QRect(at, panel->size()) : QRect());
    TornWindow* window = torn_.value(id);
    // Still held by the header: the window system moves it on under the pointer.
    if (dragged && window && window->windowHandle() && (QGuiApplication::mouseButtons() & Qt::LeftButton)) window->windowHandle()->startSystemMove();
}

QWidget* CanvasHost::tornWindow(const QString& id) const
{
    return torn_.value(id);
}

void CanvasHost::tear(const QString& id)
{
    PanelFrame* p = panel(id);
    if (!p || torn_.contains(id)) return;
    const PanelState state = c_.panelState(id);
    const QSize usual(state.width > 0 ? state.width : p->defaultWidth, std::clamp(p->wantedHeight(), 240, 720));
    auto* own = new TornWindow(c_.style(), p, window());
    torn_.insert(id, own);
    connect(own, &TornWindow::returned, this, [this, id] { c_.setPanelMode(id, PanelMode::Floating); });
    connect(own, &TornWindow::moved, this, [this, id](const QRect& at) { c_.changePanel(id, [&](PanelState& s) { s.window = at; }); });
    own->setGeometry(placeTorn(state.window, usual, window()->geometry(), screensNow()));
    emit windowMade(own);
    own->show();
}

void CanvasHost::takeBack(const QString& id)
{
    TornWindow* own = torn_.take(id);
    if (!own) return;
    PanelFrame* p = own->release();
    p->hide();
    p->setParent(this);
    p->setMode(PanelMode::Floating);
    own->hide();
    own->deleteLater();
}

void CanvasHost::syncTorn()
{
    for (const char* name : kPanelIds) {
        const QString id = QString::fromLatin1(name);
        const PanelState state = c_.panelState(id);
        if (state.mode == PanelMode::Torn && state.open) tear(id);
        else takeBack(id);
    }
}

void CanvasHost::leave()
{
    for (TornWindow* own : torn_) own->leave();
}

void CanvasHost::openedBy(PanelFrame* panel)
{
    QWidget* focus = QApplication::focusWidget();
    if (focus && !panel->isAncestorOf(focus)) cameFrom_[panel] = focus;
}

void CanvasHost::giveFocusBack(PanelFrame* panel)
{
    QWidget* to = cameFrom_.take(panel);
    if (!to || !to->isVisible() || panel->isAncestorOf(to)) to = canvas_;
    to->window()->activateWindow();
    to->setFocus(Qt::OtherFocusReason);
}

bool CanvasHost::settingsFocused() const
{
    const PanelFrame* settings = panels_.value(QStringLiteral("settings"));
    const QWidget* focus = QApplication::focusWidget();
    return settings && focus && (settings == focus || settings->isAncestorOf(focus));
}

void CanvasHost::syncPanels()
{
    const Settings& s = c_.settings();
    const auto inWindow = [this](const QString& id) {
        return !id.isEmpty() && c_.panelState(id).mode != PanelMode::Torn ? panel(id) : nullptr;
    };
    syncTorn();
    PanelFrame* left = inWindow(QString::fromStdString(s.leftPanel));
    PanelFrame* right = s.rightPanel ? inWindow(rightId()) : nullptr;
    const bool leftOpened = left && left != left_, rightOpened = right && !right_;
    for (PanelFrame* gone : {left_ != left ? left_ : nullptr, right_ != right ? right_ : nullptr}) {
        if (!gone || gone->parentWidget() != this) continue;
        const bool held = QApplication::focusWidget() && gone->isAncestorOf(QApplication::focusWidget());
        gone->hide();
        if (held && !leftOpened) giveFocusBack(gone);
    }
    left_ = left;
    right_ = right;
    if (leftOpened || c_.openedLast() == QLatin1String("left")) rightOpenedLast_ = false;
    if (rightOpened || c_.openedLast() == QLatin1String("right")) rightOpenedLast_ = true;
    place(true);
    if (leftOpened && isVisible() && left_->isVisible()) {
        openedBy(left_);
        left_->focusStart();
    }
}

void CanvasHost::place(bool glide)
{
    if (placing_ || width() <= 0) return;
    placing_ = true;
    LayoutWish wish;
    wish.canvas = size();
    wish.panelsHidden = c_.panelsHidden();
    wish.rightOpenedLast = rightOpenedLast_;
    const auto wishFor = [this](PanelFrame* p) {
        const PanelState state = c_.panelState(idOf(p));
        const int width = std::max(state.width > 0 ? state.width : p->defaultWidth, p->leastWidth());
        p->setPanelWidth(width);
        return PanelWish{true, width, p->wantedHeight(), state.mode == PanelMode::Docked};
    };
    if (left_) wish.left = wishFor(left_);
    if (right_) wish.right = wishFor(right_);
    if (tools_) wish.tools = tools_->sizeHint();
    layout_ = layOut(wish, window()->width());
    magnifier_->keepInside(layout_.freeArea);
    c_.setGaveWay(layout_.leftGaveWay, layout_.rightGaveWay);
    const auto put = [this](PanelFrame* p, const QRect& r, bool docked, EdgeGrip* grip) {
        const bool shown = p && !r.isNull();
        if (p) p->setVisible(shown);
        if (!shown) {
            grip->hide();
            return;
        }
        p->setMode(docked ? PanelMode::Docked : PanelMode::Floating);
        p->setGeometry(r);
        grip->follow(p, r);
        shadows_[p]->setThrown(!docked);
        p->raise();
    };
    put(left_, layout_.left, layout_.leftDocked, leftGrip_);
    put(right_, layout_.right, layout_.rightDocked, rightGrip_);
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
    if (pill_) {
        const QSize size = pill_->sizeHint();
        const QRect at(layout_.freeArea.topLeft() + QPoint(kPillMargin, kPillMargin), size);
        const bool free = !(welcome_ && welcome_->isVisibleTo(this) && welcome_->geometry().intersects(at)) && !layout_.right.intersects(at) && !layout_.tools.intersects(at);
        const bool room = free && layout_.freeArea.width() >= size.width() + 2 * kPillMargin && layout_.left.isNull();
        pill_->setGeometry(at);
        pill_->setVisible(room && pill_->hasSurvey() && !c_.panelsHidden() && c_.comparison().mode() != scene::CompareMode::Panes);
    }
    if (messages_ && messages_->isVisible()) messages_->move(width() - messages_->width() - 8, 8);
    for (QWidget* over : {messages_, sheet_}) // panels that were placed do not come over them
        if (over && over->isVisible()) over->raise();
    if (toast_ && toast_->isVisible()) {
        toast_->reposition();
        toast_->raise();
    }
    moveFreeArea(layout_.freeArea, glide);
    tellObstacles();
    placing_ = false;
}

void CanvasHost::tellObstacles()
{
    std::vector<scene::PixelRect> out;
    for (const QWidget* w : std::initializer_list<const QWidget*>{left_, right_, tools_, pill_, welcome_}) {
        if (!w || w->isHidden() || w->parentWidget() != this) continue;
        const QRect r = w->geometry();
        out.push_back({static_cast<double>(r.x()), static_cast<double>(r.y()), static_cast<double>(r.width()), static_cast<double>(r.height())});
    }
    c_.setObstacles(std::move(out));
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
    QPainter(this).fillRect(rect(), c_.style().skyGround());
}

void CanvasHost::showWelcome()
{
    if (welcome_) return;
    welcome_ = new WelcomeCard(c_, this);
    new Shadow(c_.style(), welcome_);
    connect(welcome_, &WelcomeCard::closed, this, &CanvasHost::hideWelcome);
    place(false);
}

void CanvasHost::hideWelcome()
{
    if (!welcome_) return;
    welcome_->hide();
    welcome_->deleteLater();
    welcome_ = nullptr;
    place(false);
}

bool CanvasHost::closeTopmost()
{
    if (sheet_ && sheet_->isVisible()) {
        sheet_->hide();
        (beforeSheet_ && beforeSheet_->isVisible() ? beforeSheet_.data() : canvas_)->setFocus();
        return true;
    }
    if (messages_ && messages_->isVisible()) {
        messages_->hide();
        (beforeSheet_ && beforeSheet_->isVisible() ? beforeSheet_.data() : canvas_)->setFocus();
        return true;
    }
    if (QWidget* focus = QApplication::focusWidget()) {
        for (PanelFrame* p : {left_, right_}) {
            if (!p || !p->isVisible() || (p != focus && !p->isAncestorOf(focus))) continue;
            emit p->closeWanted();
            return true;
        }
    }
    if (c_.navigator().moving()) {
        c_.navigator().stop();
        return true;
    }
    if (welcome_) {
        hideWelcome();
        return true;
    }
    if (magnifier_->on()) {
        magnifier_->setOn(false);
        return true;
    }
    if (hover_ && hover_->isVisible()) {
        hover_->hide();
        return true;
    }
    if (canvas_->crosshair().on()) {
        canvas_->crosshair().setOn(false);
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
        new Shadow(c_.style(), messages_);
    }
    if (messages_->isVisible()) {
        messages_->hide();
        (beforeSheet_ && beforeSheet_->isVisible() ? beforeSheet_.data() : canvas_)->setFocus();
        return;
    }
    beforeSheet_ = QApplication::focusWidget();
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

void CanvasHost::leaveSheet()
{
    if (!sheet_ || !sheet_->isVisible()) beforeSheet_ = QApplication::focusWidget();
    if (sheet_) sheet_->deleteLater();
}

void CanvasHost::showSheet(Sheet* sheet)
{
    sheet_ = sheet;
    new Shadow(c_.style(), sheet);
    connect(sheet, &Sheet::closeWanted, this, &CanvasHost::closeTopmost);
    centreOverlay(sheet);
    sheet->focusStart();
}

void CanvasHost::showKeys()
{
    leaveSheet();
    showSheet(new KeySheet(c_, this));
}

void CanvasHost::showAbout()
{
    leaveSheet();
    showSheet(new AboutSheet(c_, canvas_->gpu(), this));
}

void CanvasHost::showCredits()
{
    leaveSheet();
    showSheet(new CreditsSheet(c_, this));
}

QList<QWidget*> CanvasHost::regions() const
{
    QList<QWidget*> out;
    if (left_ && left_->isVisible()) out << left_;
    out << canvas_;
    for (QWidget* over : {static_cast<QWidget*>(welcome_), messages_, sheet_})
        if (over && over->isVisible()) out << over;
    if (right_ && right_->isVisible()) out << right_;
    for (const char* id : kPanelIds)
        if (TornWindow* own = torn_.value(QString::fromLatin1(id)); own && own->isVisible()) out << own;
    return out;
}

} // namespace firmament::window
