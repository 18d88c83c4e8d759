#include "app/text/gui_session.h"

#include <filesystem>

#include <QFont>
#include <QFontDatabase>
#include <QGuiApplication>

#include "core/resources.h"

namespace firmament::text {

/// Qt wants argc and argv to outlive the application.
struct GuiSession::OwnApplication {
    OwnApplication()
    {
        if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
        // Qt's remarks on a missing run-time folder or session are no business of the user's.
        const auto before = qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString&) {});
        application = std::make_unique<QGuiApplication>(argc, argv);
        qInstallMessageHandler(before);
    }
    char name[10] = "firmament";
    char* argv[2] = {name, nullptr};
    int argc = 1;
    std::unique_ptr<QGuiApplication> application;
};

GuiSession::GuiSession()
{
    if (!QGuiApplication::instance()) own_ = std::make_unique<OwnApplication>();
    family_ = registerFonts();
}

GuiSession::~GuiSession() = default;

std::string registerFonts()
{
    namespace fs = std::filesystem;
    std::error_code error;
    if (const auto folder = findResource("fonts"); !folder.empty()) {
        for (const auto& entry : fs::directory_iterator(folder, error)) {
            const auto suffix = entry.path().extension();
            if (suffix == ".ttf" || suffix == ".otf")
                QFontDatabase::addApplicationFont(QString::fromStdString(entry.path().string()));
        }
    }
    const QStringList families = QFontDatabase::families();
    for (const char* wanted : {"Firmament Sans", "Inter", "Inter Variable", "DejaVu Sans"})
        if (families.contains(QLatin1String(wanted))) return wanted;
    return QFont().family().toStdString();
}

} // namespace firmament::text
