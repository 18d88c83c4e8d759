#include "app/window/blend_control.h"

#include <QHBoxLayout>
#include <QMenu>

namespace firmament::window {

namespace {

using render::Blend;
constexpr Blend kAll[] = {Blend::Normal, Blend::Add, Blend::Screen, Blend::Multiply, Blend::Difference};
constexpr int kFirst = 2; ///< in words of their own; the third word is the one in force, or Screen

} // namespace

QString blendName(Blend blend)
{
    switch (blend) {
    case Blend::Normal: return BlendControl::tr("Normal");
    case Blend::Add: return BlendControl::tr("Add");
    case Blend::Screen: return BlendControl::tr("Screen");
    case Blend::Multiply: return BlendControl::tr("Multiply");
    case Blend::Difference: return BlendControl::tr("Difference");
    }
    return {};
}

void fillBlendMenu(QMenu& menu, std::optional<Blend> now, const std::function<void(Blend)>& choose)
{
    for (Blend blend : kAll) {
        QAction* a = menu.addAction(blendName(blend), &menu, [choose, blend] { choose(blend); });
        a->setCheckable(true);
        a->setChecked(now == blend);
    }
}

BlendControl::BlendControl(const Style& style, QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Blend"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    words_ = new Segmented(style, tr("Blend"), {blendName(Blend::Normal), blendName(Blend::Add), blendName(Blend::Screen)}, this);
    words_->setNarrow(true);
    words_->holdWords(kFirst, {blendName(Blend::Screen), blendName(Blend::Multiply), blendName(Blend::Difference)});
    more_ = new IconButton(style, QStringLiteral("ellipsis"), tr("All ways to blend"), this);
    more_->setBox({24, 28}, 14);
    row->addWidget(words_, 1);
    row->addWidget(more_);
    connect(words_, &Segmented::chosen, this, [this](int i) {
        const Blend third = blend_ && static_cast<int>(*blend_) >= kFirst ? *blend_ : Blend::Screen;
        emit chosen(i < kFirst ? kAll[i] : third);
    });
    connect(more_, &QAbstractButton::clicked, this, [this] {
        QMenu menu;
        fillBlendMenu(menu, blend_, [this](Blend blend) { emit chosen(blend); });
        menu.exec(more_->mapToGlobal(QPoint(0, more_->height())));
    });
}

void BlendControl::setBlend(std::optional<Blend> blend)
{
    blend_ = blend;
    const int place = blend ? static_cast<int>(*blend) : -1;
    if (place >= kFirst) words_->setWord(kFirst, blendName(*blend));
    words_->setCurrent(std::min(place, kFirst));
}

} // namespace firmament::window
