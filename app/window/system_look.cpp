#include "app/window/system_look.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>

namespace firmament::window {

namespace {

const QString kService = QStringLiteral("org.freedesktop.portal.Desktop");
const QString kPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kInterface = QStringLiteral("org.freedesktop.portal.Settings");
const QString kAppearance = QStringLiteral("org.freedesktop.appearance");
const QString kGnome = QStringLiteral("org.gnome.desktop.interface");

/// The portal wraps its answers once or twice.
QVariant unwrapped(QVariant value)
{
    for (int i = 0; i < 4 && value.canConvert<QDBusVariant>(); ++i) value = value.value<QDBusVariant>().variant();
    return value;
}

} // namespace

SystemLook::SystemLook(const QPalette& palette) : paletteDark_(paletteIsDark(palette)), dark_(paletteDark_)
{
    // Without the address of a session bus there is nobody to ask, and asking would start one.
    if (qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS")) return;
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return;
    bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this, SLOT(settingChanged(QString, QString, QDBusVariant)));
    ask(kAppearance, QStringLiteral("color-scheme"));
    ask(kAppearance, QStringLiteral("reduced-motion"));
    ask(kGnome, QStringLiteral("enable-animations"));
}

bool SystemLook::paletteIsDark(const QPalette& palette)
{
    return palette.color(QPalette::WindowText).lightness() > palette.color(QPalette::Window).lightness();
}

void SystemLook::ask(const QString& space, const QString& key)
{
    QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
    call << space << key;
    auto* watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call, 3000), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, space, key](QDBusPendingCallWatcher* done) {
        const QDBusPendingReply<QDBusVariant> reply = *done;
        if (!reply.isError()) take(space, key, unwrapped(reply.value().variant()));
        done->deleteLater();
    });
}

void SystemLook::settingChanged(const QString& space, const QString& key, const QDBusVariant& value)
{
    take(space, key, unwrapped(value.variant()));
}

void SystemLook::take(const QString& space, const QString& key, const QVariant& value)
{
    const bool wasDark = dark_;
    const std::optional<bool> wasReduced = reducedMotion_;
    bool number = false;
    const uint wish = value.toUInt(&number);
    if (space == kAppearance && key == QLatin1String("color-scheme") && number) dark_ = wish == 1 ? true : wish == 2 ? false : paletteDark_;
    else if (space == kAppearance && key == QLatin1String("reduced-motion") && number) reducedMotion_ = wish == 1;
    else if (space == kGnome && key == QLatin1String("enable-animations") && value.typeId() == QMetaType::Bool) reducedMotion_ = !value.toBool();
    if (wasDark != dark_ || wasReduced != reducedMotion_) emit changed();
}

} // namespace firmament::window
