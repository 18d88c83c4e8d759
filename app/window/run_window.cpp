#include "app/window/run_window.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QImage>
#include <QStyleFactory>
#include <QSurfaceFormat>
#include <QTimer>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "app/picture/picture.h"
#include "app/text/gui_session.h"
#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/controller.h"
#include "app/window/end_signals.h"
#include "app/window/main_window.h"
#include "core/files.h"

namespace firmament::window {

namespace {

constexpr int kDone = 0, kFailed = 1, kPartly = 3;
constexpr int kAgain = 1000; ///< no exit status: the window is built anew
constexpr int kPollMs = 15, kCalmMs = 120;

/// Scale of the interface: what the environment asks for times the setting. Read by QApplication when it is made, so another
/// interface size wants a new one.
void chooseScale(const QByteArray& outer)
{
    const double base = outer.isEmpty() ? 1 : std::max(0.1, outer.toDouble());
    double wish = 1;
    if (const auto bytes = readFile(UserPaths::fromEnvironment().config / "settings.json", 1u << 20)) {
        const auto settings = settingsFromJson(asText(*bytes));
        if (settings) wish = settings->value.interfacePercent / 100.0;
    }
    if (base * wish == 1) qunsetenv("QT_SCALE_FACTOR");
    else qputenv("QT_SCALE_FACTOR", QByteArray::number(base * wish));
}

bool writePicture(MainWindow& window, const std::string& file)
{
    const QImage image = window.picture().convertToFormat(QImage::Format_RGBA8888);
    picture::Picture pixels{image.width(), image.height(), {}};
    pixels.rgba.assign(image.constBits(), image.constBits() + image.sizeInBytes()); // rows of four bytes a pixel have no padding
    const auto encoded = picture::encodePicture(pixels, picture::pictureFormatOf(file).value_or(picture::PictureFormat::Png));
    const auto written = encoded ? writeFileWhole(file, *encoded) : Expected<void>(encoded.error());
    if (!written) std::fprintf(stderr, "firmament: %s: %s\n", file.c_str(), written.error().what.c_str());
    return written.has_value();
}

/// What nobody reads in the message list of a window that is gone at once. True when there was something.
bool tellErrors(Controller& controller)
{
    bool any = false;
    const auto& entries = controller.messages().entries(); // newest first
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        if (entry->message.severity != scene::Severity::Error) continue;
        std::fprintf(stderr, "firmament: %s: %s\n", entry->message.thing.c_str(), entry->message.sentence.c_str());
        any = true;
    }
    return any;
}

/// False, with a line of why, when no layer has that name.
bool selectNamed(Controller& controller, const std::string& name)
{
    if (name.empty()) return true;
    QStringList names;
    for (const scene::LayerState& l : controller.document().layers) {
        names << controller.layerTitle(l);
        if (names.back().compare(QString::fromStdString(name), Qt::CaseInsensitive) != 0) continue;
        controller.selectLayer(l.id);
        return true;
    }
    std::fprintf(stderr, "firmament: --select: no layer is called '%s', expected one of: %s\n", name.c_str(), names.join(QStringLiteral(", ")).toUtf8().constData());
    return false;
}

/// Polls until everything has settled, then writes the picture and leaves.
void runScreenshot(MainWindow& window, Controller& controller)
{
    const WindowOptions& o = controller.options();
    auto* timer = new QTimer(&window);
    auto clock = std::make_shared<QElapsedTimer>();
    clock->start();
    auto calm = std::make_shared<int>(0);
    QObject::connect(timer, &QTimer::timeout, &window, [&window, &controller, &o, timer, clock, calm] {
        // Panels follow the scene's reports a little later: settled a few times in a row.
        *calm = window.settled() ? *calm + 1 : 0;
        const bool settled = *calm * kPollMs >= kCalmMs;
        const bool late = static_cast<double>(clock->elapsed()) > o.timeoutSeconds * 1000;
        if (!settled && !late) return;
        timer->stop();
        const bool written = writePicture(window, o.screenshot);
        if (written && !settled) std::fprintf(stderr, "firmament: %s: not everything had arrived after %g s\n", o.screenshot.c_str(), o.timeoutSeconds);
        const bool all = !tellErrors(controller) && settled;
        QCoreApplication::exit(!written ? kFailed : all ? kDone : kPartly);
    });
    timer->start(kPollMs);
}

/// What goes from one window of a run to the next.
struct Carried {
    Handover state;
    bool again = false;
    QSize size;             ///< of the last one, in pixels of the screen
    bool maximised = false, fullScreen = false;
};

/// One application and its window; kAgain when another interface size was chosen.
int runOnce(const WindowOptions& options, Carried& carried)
{
    int argc = 1;
    char name[] = "firmament";
    char* argv[] = {name, nullptr};
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("Firmament"));
    QApplication::setDesktopFileName(QStringLiteral("firmament"));
#ifdef FIRMAMENT_VERSION
    QApplication::setApplicationVersion(QStringLiteral(FIRMAMENT_VERSION));
#endif
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    text::registerFonts();
    const bool again = std::exchange(carried.again, false);
    auto controller = std::make_unique<Controller>(options, std::exchange(carried.state, {}));
    app.setFont(controller->style().font(TextRole::Body));
    auto window = std::make_unique<MainWindow>(*controller);
    const Settings& s = controller->settings();
    if (again) window->resize(carried.size / window->devicePixelRatioF());
    else window->resize(options.width > 0 ? options.width : s.width, options.height > 0 ? options.height : s.height);
    const bool given = !options.items.empty() || !options.session.empty();
    if (s.showWelcome && !given && !again) window->host().showWelcome();
    if (carried.fullScreen) window->showFullScreen();
    else if (again ? carried.maximised : s.maximised && options.width <= 0 && options.screenshot.empty()) window->showMaximized();
    else window->show();
    if (!again)
        for (const std::string& item : options.items) controller->open(QString::fromStdString(item), false);
    if (!again && !selectNamed(*controller, options.select)) return kFailed;
    if (!options.screenshot.empty()) runScreenshot(*window, *controller);
    // Once the click that chose the size has been dealt with.
    QObject::connect(controller.get(), &Controller::interfaceSizeChanged, &app, [] { QCoreApplication::exit(kAgain); }, Qt::QueuedConnection);
    EndSignals endSignals;
    QObject::connect(&endSignals, &EndSignals::endWanted, window.get(), [&window] {
        window->close();
        QCoreApplication::quit();
    });
    const int status = QApplication::exec();
    if (status != kAgain) return status;
    carried.again = true;
    carried.size = window->size() * window->devicePixelRatioF();
    carried.maximised = window->isMaximized();
    carried.fullScreen = window->isFullScreen();
    window->host().leave();
    window.reset();
    carried.state = controller->handOver();
    return kAgain;
}

} // namespace

void chooseSurface()
{
    QSurfaceFormat f;
    f.setRenderableType(QSurfaceFormat::OpenGL);
    f.setVersion(3, 3);
    f.setProfile(QSurfaceFormat::CoreProfile);
    f.setSamples(0);
    f.setAlphaBufferSize(0);
    f.setOption(QSurfaceFormat::ResetNotification); // Canvas::drawFrame asks whether the context still lives
    f.setDepthBufferSize(0);
    f.setStencilBufferSize(0);
    // In software, waiting for the screen only loses frames.
    f.setSwapInterval(qEnvironmentVariableIsSet("LIBGL_ALWAYS_SOFTWARE") ? 0 : 1);
    QSurfaceFormat::setDefaultFormat(f);
}

int runWindow(const WindowOptions& options)
{
    chooseSurface();
    const QByteArray outer = qgetenv("QT_SCALE_FACTOR");
    Carried carried;
    int status = kDone;
    do {
        chooseScale(outer);
        status = runOnce(options, carried);
    } while (status == kAgain);
    return status;
}

} // namespace firmament::window
