// The sky: draws the scene when something changed, and turns input into moves of the view.
#pragma once

#include <QElapsedTimer>
#include <QImage>
#include <QTimer>
#include <QWidget>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "app/picture/picture.h"
#include "app/window/controller.h"
#include "app/window/sky_surface.h"
#include "app/window/touch_gestures.h"
#include "render/night_filter.h"
#include "render/renderer.h"

class QNativeGestureEvent;

namespace firmament::window {

class Crosshair;

enum class Tool : uint8_t { Move, Box };

class Canvas final : public QWidget, private SkySurface::Client {
    Q_OBJECT
public:
    Canvas(Controller& controller, QWidget* parent, SkySurface::Kind kind = SkySurface::suitable());
    ~Canvas() override;

    const render::GpuInfo* gpu() const { return renderer_ ? &renderer_->gpu() : nullptr; }
    size_t textureBytes() const { return renderer_ ? renderer_->textureBytes() : 0; }
    void setTextureBudget(size_t bytes);
    uint64_t framesDrawn() const { return frames_; }
    double medianFrameMs() const; ///< of the last 60
    /// At rest: nothing moves, everything loaded, drawn.
    bool settled() const;
    Tool tool() const { return tool_; }
    void setTool(Tool tool);
    void requestFrame();
    void setReticleFixed(bool fixed);
    void clearTextures();
    /// The sky alone, without what lies over it, in physical pixels; null: there is no OpenGL.
    QImage grabFramebuffer();
    /// While a picture of the window is taken: the sky as this image, where Qt does not see the surface itself.
    void holdPicture(const QImage& picture);
    SkySurface& surface() { return *surface_; }
    /// One survey layer in a square of `pixels`, from what was drawn last; null when it has nothing to show.
    QImage layerPicture(scene::LayerId id, int pixels);
    /// The sky as a file keeps it, in physical pixels: never red. No pixels when there is no OpenGL.
    picture::Picture drawPicture();
    struct SurveyPixels {
        picture::Picture colours;  ///< size always, pixels when the topmost survey has no values
        std::vector<float> values; ///< of the topmost survey, top row first
    };
    /// The surveys alone, of the whole canvas, in physical pixels; empty: none is visible, or there is no OpenGL.
    std::optional<SurveyPixels> surveyPixels();
    /// What is shown now in two parts, for a vector file: the surveys, and as values what lies on them. Empty when GL failed.
    std::optional<picture::Picture> drawApart(scene::OverlayPicture& overlay);
    Crosshair& crosshair() { return *crosshair_; }
    void centreOnCrosshair();

signals:
    void contextMenuWanted(const QPoint& global, const QPointF& pixel);
    void toolChanged();
    void creditsWanted();            ///< they were clicked
    void stepped(const scene::Hit& hit, const QPointF& at, size_t step, size_t count); ///< a click chose one of several that overlap
    void dragged(double pixels);     ///< how far one drag has gone, for the welcome card
    void hoverCardWanted(bool shown);
    void glFailed(const QString& why);
    void firstFrame();
    void frameSwapped(); ///< each frame, when it is on the screen
    void boxChanged(const QRect& box); ///< rubber band; null when gone

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    enum class Gesture : uint8_t { None, Press, Drag, Box, Rotate, Stretch };
    /// Contrast and brightness of a survey with values, as they were when the right button went down.
    struct Stretching {
        scene::LayerId layer = 0;
        double lo = 0, hi = 1;
        bool moved = false;
    };
    picture::Picture drawOff(const std::function<void(const render::FrameTarget&)>& draw);
    void surfaceReady(const render::GetProc& getProc) override;
    void surfaceLost(bool current) override;
    void drawFrame(const render::FrameTarget& target) override;
    void surfaceFailed(const QString& why) override;
    void frameShown() override { emit frameSwapped(); }
    void lookUnderPointer();
    /// Where the document's view has what is seen at `p`: with panes, in that under it, or where the gesture began.
    Eigen::Vector2d onView(const QPointF& p) const;
    Eigen::Vector2d onPane(const QPointF& p) const; ///< in the pane where the gesture began
    void updateReticle();
    void updateDescription();
    bool nativeGesture(const QNativeGestureEvent& gesture);
    void clickAt(const QPointF& pixel, double radius);
    bool overCredits(const QPointF& pixel) const;
    void flyInto(const QPointF& pixel);
    void beginStretch();
    void stretchTo(const QPointF& pixel);
    void showCursor();
    void describeSoon();

    Controller& c_;
    std::unique_ptr<SkySurface> surface_;
    render::GetProc getProc_;
    std::unique_ptr<render::Renderer> renderer_; ///< null: no context now
    QImage picture_;
    std::unique_ptr<render::NightFilter> night_; ///< made when first needed
    uint64_t frames_ = 0;
    std::deque<double> frameMs_;
    Tool tool_ = Tool::Move;
    Gesture gesture_ = Gesture::None;
    size_t pane_ = 0; ///< where the gesture began
    QPointF pressed_, last_;
    bool pointerInside_ = false, pickDirty_ = false;
    std::string lastClickName_;
    size_t clickStep_ = 0;
    QTimer hoverTimer_, lookTimer_, describeTimer_, reticleTimer_;
    QElapsedTimer sinceMove_;
    QPoint place_;     ///< in the window, when it had its size
    QSize windowSize_; ///< then
    bool reticleFixed_ = false;
    bool requested_ = false;
    bool spaceHeld_ = false;
    Stretching stretch_;
    TouchGestures touch_;
    Crosshair* crosshair_; ///< owned by the parent, over the canvas
};

} // namespace firmament::window
