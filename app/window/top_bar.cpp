#include "app/window/top_bar.h"

#include <QHBoxLayout>
#include <QPainter>
#include <cmath>

#include "app/window/omnibox.h"
#include "app/window/panel_layout.h"

namespace firmament::window {

/// The name beside its mark: a globe of two meridians.
class TopBar::Mark final : public QWidget {
public:
    Mark(const Style& style, QWidget* parent) : QWidget(parent), style_(style)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        connect(&style, &Style::changed, this, &Mark::restyle);
        restyle();
    }
    void setNarrow(bool narrow)
    {
        narrow_ = narrow;
        restyle();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter p(this);
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(QPen(style_["accent"], 1.6));
        p.drawEllipse(QPointF(10, 14), 7.2, 7.2);
        p.drawEllipse(QPointF(10, 14), 3.2, 7.2);
        if (narrow_) return;
        p.setFont(style_.font(TextRole::Body, 600));
        p.setPen(style_["text"]);
        p.drawText(QRectF(26, 0, width() - 26, 28), Qt::AlignVCenter, word());
    }

private:
    static QString word() { return QStringLiteral("Firmament"); }
    void restyle()
    {
        const double text = QFontMetricsF(style_.font(TextRole::Body, 600)).horizontalAdvance(word());
        setFixedSize(narrow_ ? 20 : 26 + static_cast<int>(std::ceil(text)), 28);
        update();
    }
    const Style& style_;
    bool narrow_ = false;
};

namespace {

QFrame* divider(QWidget* parent)
{
    auto* line = new QFrame(parent);
    line->setFixedSize(1, 20);
    line->setProperty("ruler", true);
    return line;
}

} // namespace

TopBar::TopBar(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
{
    setAccessibleName(tr("Top bar"));
    leftGroup_ = new QWidget(this);
    auto* left = new QHBoxLayout(leftGroup_);
    left->setContentsMargins(12, 0, 0, 0);
    left->setSpacing(4);
    menu_ = new IconButton(c_.style(), QStringLiteral("menu"), tr("Menu"), this);
    connect(menu_, &QAbstractButton::clicked, this, &TopBar::menuWanted);
    left->addWidget(menu_);
    left->addSpacing(4);
    mark_ = new Mark(c_.style(), this);
    left->addWidget(mark_);
    left->addSpacing(16);
    left->addWidget(undo_ = command("edit.undo", "undo-2"));
    left->addWidget(redo_ = command("edit.redo", "redo-2"));
    left->addSpacing(4);
    left->addWidget(line_ = divider(this));
    left->addSpacing(4);
    left->addWidget(back_ = command("go.back", "chevron-left"));
    left->addWidget(forward_ = command("go.forward", "chevron-right"));

    omni_ = new OmniBox(c_, this);

    rightGroup_ = new QWidget(this);
    auto* right = new QHBoxLayout(rightGroup_);
    right->setContentsMargins(0, 0, 12, 0);
    right->setSpacing(4);
    right->addWidget(messages_ = command("window.messages", "bell"));
    right->addSpacing(4);
    right->addWidget(divider(this));
    right->addSpacing(4);
    right->addWidget(left_ = command("window.left-panel", "panel-left"));
    right->addWidget(right_ = command("window.inspector", "panel-right"));
    right->addWidget(full_ = command("window.full-screen", "expand"));
    for (IconButton* b : {left_, right_}) b->setCheckable(true);

    connect(&c_, &Controller::historyChanged, this, &TopBar::refresh);
    connect(&c_, &Controller::panelsChanged, this, &TopBar::refresh);
    connect(&c_, &Controller::panelsShown, this, &TopBar::refresh);
    connect(&c_, &Controller::keysChanged, this, &TopBar::refresh);
    connect(&c_.messages(), &MessageModel::unreadChanged, this, &TopBar::refresh);
    const auto restyle = [this] {
        setFixedHeight(c_.style().size("topBar"));
        layOut();
        update();
    };
    connect(&c_.style(), &Style::changed, this, restyle);
    restyle();
    refresh();
}

IconButton* TopBar::command(const char* id, const char* icon)
{
    const QString name = QString::fromLatin1(id);
    const Command* found = c_.commands().find(name);
    auto* button = new IconButton(c_.style(), QString::fromLatin1(icon), found ? found->text : name, this);
    buttons_.append({button, name});
    connect(button, &QAbstractButton::clicked, this, [this, name] {
        c_.commands().run(name);
        refresh();
    });
    return button;
}

void TopBar::refresh()
{
    for (auto& [button, name] : buttons_) button->setToolTip(c_.commands().tip(name));
    menu_->setToolTip(tr("%1, Alt").arg(c_.commands().tip(QStringLiteral("window.menu"))));
    scene::History& h = c_.history();
    const auto keyed = [this](const QString& text, const char* id) {
        const Command* command = c_.commands().find(QString::fromLatin1(id));
        return !command || command->keys.isEmpty() ? text : QStringLiteral("%1  (%2)").arg(text, command->keyText());
    };
    undo_->setEnabled(c_.canUndo());
    redo_->setEnabled(c_.canRedo());
    undo_->setToolTip(c_.canUndo() ? keyed(tr("Undo: %1").arg(c_.undoLabel()), "edit.undo") : tr("Nothing to undo"));
    redo_->setToolTip(c_.canRedo() ? keyed(tr("Redo: %1").arg(c_.redoLabel()), "edit.redo") : tr("Nothing to redo"));
    back_->setEnabled(h.canGoBack());
    forward_->setEnabled(h.canGoForward());
    left_->setChecked(!c_.settings().leftPanel.empty() && c_.panelShown(QString::fromStdString(c_.settings().leftPanel)));
    right_->setChecked(c_.panelShown(QStringLiteral("inspector")));
    const int unread = c_.messages().unread();
    messages_->setBadge(unread > 0 ? QString::number(std::min(unread, 99)) : QString(),
                        c_.messages().worstUnread() == scene::Severity::Error ? "error" : "warn");
}

void TopBar::setFullScreen(bool on)
{
    full_->setIconName(on ? QStringLiteral("shrink") : QStringLiteral("expand"));
}

void TopBar::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    QColor ground = c_.style()["panel"];
    ground.setAlpha(255);
    p.fillRect(rect(), ground);
    p.fillRect(QRect(0, height() - 1, width(), 1), c_.style()["lineSoft"]);
}

/// In a very narrow bar (a large interface on a small screen) the word goes first, then what the menu and the keys have too.
void TopBar::layOut()
{
    constexpr int kLeastBox = 160;
    const QList<QList<QWidget*>> giveWay{{undo_, redo_, line_}, {back_, forward_}, {full_}, {left_, right_}};
    const auto room = [this] { return width() - leftGroup_->sizeHint().width() - rightGroup_->sizeHint().width() - 16; };
    mark_->setNarrow(false);
    for (const auto& group : giveWay)
        for (QWidget* w : group) w->show();
    if (room() < kLeastBox) mark_->setNarrow(true);
    for (const auto& group : giveWay) {
        if (room() >= kLeastBox) break;
        for (QWidget* w : group) w->hide();
    }
    leftGroup_->setGeometry(0, 0, leftGroup_->sizeHint().width(), height());
    const int rightWidth = rightGroup_->sizeHint().width();
    rightGroup_->setGeometry(width() - rightWidth, 0, rightWidth, height());
    const int w = std::max(0, std::min(omniboxWidth(width()), room()));
    const int x = std::clamp((width() - w) / 2, leftGroup_->width() + 8, std::max(leftGroup_->width() + 8, width() - rightWidth - w - 8));
    const int high = c_.style().size("omniboxHeight");
    omni_->setGeometry(x, (height() - high) / 2, w, high);
}

void TopBar::resizeEvent(QResizeEvent*)
{
    layOut();
}

} // namespace firmament::window
