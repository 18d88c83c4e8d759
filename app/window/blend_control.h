// How a layer joins what is below it: the usual three in one frame, and a menu with all. One place for their names.
#pragma once

#include <QWidget>
#include <functional>
#include <optional>

#include "app/window/controls.h"
#include "render/look.h"

class QMenu;

namespace firmament::window {

QString blendName(render::Blend blend);
/// All of them, `now` checked.
void fillBlendMenu(QMenu& menu, std::optional<render::Blend> now, const std::function<void(render::Blend)>& choose);

class BlendControl final : public QWidget {
    Q_OBJECT
public:
    BlendControl(const Style& style, QWidget* parent);
    void setBlend(std::optional<render::Blend> blend); ///< empty: several that differ; no signal
    std::optional<render::Blend> blend() const { return blend_; }

signals:
    void chosen(render::Blend blend);

private:
    std::optional<render::Blend> blend_;
    Segmented* words_;
    IconButton* more_;
};

} // namespace firmament::window
