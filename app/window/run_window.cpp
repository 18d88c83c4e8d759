#include "app/window/run_window.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QImageWriter>
#include <QStyleFactory>
#include <QSurfaceFormat>
#include <QTimer>
#include <cstdio>
#include <cstdlib>

#include "app/text/label_source.h"
#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/controller.h"
#include "app/window/main_window.h"

namespace firmament::window {

namespace {

constexpr int kDone = 0, kFailed = 1, kPartly = 3;
constexpr int kPollMs = 15, kCalmMs = 120;

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

/// Interface size from the settings, before QApplication reads it.
void chooseScale()
{
    if (qEnvironmentVariableIsSet("QT_SCALE_FACTOR")) return;
    const auto bytes = readFile(UserPaths::fromEnvironment().config / "settings.json", 1u << 20);
    if (!bytes) return;
    const auto settings = settingsFromJson(asText(*bytes));
    if (settings && settings->value.interfacePercent != 100)
        qputenv("QT_SCALE_FACTOR", QByteArray::number(settings->value.interfacePercent / 100.0));
}

bool writePicture(MainWindow& window, const std::string& file)
{
    const QImage picture = window.picture();
    QImageWriter writer(QString::fromStdString(file));
    if (writer.write(picture)) return true;
    std::fprintf(stderr, "firmament: %s: cannot be written: %s\n", file.c_str(), writer.errorString().toUtf8().constData());
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
    QObject::connect(timer, &QTimer::timeout, &window, [&window, &o, timer, clock, calm] {
        // Panels follow the scene's reports a little later: settled a few times in a row.
        *calm = window.settled() ? *calm + 1 : 0;
        const bool settled = *calm * kPollMs >= kCalmMs;
        const bool late = static_cast<double>(clock->elapsed()) > o.timeoutSeconds * 1000;
        if (!settled && !late) return;
        timer->stop();
        const bool written = writePicture(window, o.screenshot);
        if (written && !settled) std::fprintf(stderr, "firmament: %s: not everything had arrived after %g s\n", o.screenshot.c_str(), o.timeoutSeconds);
        QCoreApplication::exit(!written ? kFailed : settled ? kDone : kPartly);
    });
    timer->start(kPollMs);
}

} // namespace

int runWindow(const WindowOptions& options)
{
    chooseSurface();
    chooseScale();
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
    int status = kDone;
    {
        Controller controller(options);
        app.setFont(controller.style().font(TextRole::Body));
        MainWindow window(controller);
        const Settings& s = controller.settings();
        window.resize(options.width > 0 ? options.width : s.width, options.height > 0 ? options.height : s.height);
        const bool given = !options.items.empty() || !options.session.empty();
        if (s.showWelcome && !given) window.host().showWelcome();
        if (s.maximised && options.width <= 0 && options.screenshot.empty()) window.showMaximized();
        else window.show();
        for (const std::string& item : options.items) controller.open(QString::fromStdString(item), false);
        if (!options.screenshot.empty()) runScreenshot(window, controller);
        status = QApplication::exec();
    }
    return status;
}

} // namespace firmament::window
