#include "app/window/sky_surface.h"

#include <QDir>
#include <QGuiApplication>

#include "app/window/direct_surface.h"
#include "app/window/widget_surface.h"

namespace firmament::window {

std::unique_ptr<SkySurface> SkySurface::create(Kind kind, QWidget& canvas, Client& client)
{
    if (kind == Kind::Direct) return std::make_unique<DirectSurface>(canvas, client);
    return std::make_unique<WidgetSurface>(canvas, client);
}

SkySurface::Kind SkySurface::suitable()
{
    const QByteArray wish = qgetenv("FIRMAMENT_CANVAS");
    if (wish == "widget") return Kind::Widget;
    if (wish == "direct") return Kind::Direct;
    if (QGuiApplication::platformName() != QLatin1String("xcb")) return Kind::Widget;
    // Asking OpenGL itself would cost a context; without a render node it can only be software.
    const bool software = qEnvironmentVariableIntValue("LIBGL_ALWAYS_SOFTWARE") != 0
                          || QDir(QStringLiteral("/dev/dri")).entryList({QStringLiteral("renderD*")}, QDir::System).isEmpty();
    return software ? Kind::Direct : Kind::Widget;
}

} // namespace firmament::window
