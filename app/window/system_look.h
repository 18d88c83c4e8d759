// What the desktop wishes: dark or light, and less motion. Asked of the desktop portal over D-Bus, without waiting for it;
// where there is none, the palette that the program was started with tells dark from light. ui thread.
#pragma once

#include <QObject>
#include <QPalette>
#include <optional>

class QDBusVariant;

namespace firmament::window {

class SystemLook final : public QObject {
    Q_OBJECT
public:
    /// `palette`: as the desktop gave it, before the program put its own in place.
    explicit SystemLook(const QPalette& palette);
    bool dark() const { return dark_; }
    /// Empty: the desktop does not say.
    std::optional<bool> reducedMotion() const { return reducedMotion_; }

    static bool paletteIsDark(const QPalette& palette);
    /// A value as the portal sends it, out of its wrappings. color-scheme: 1 dark, 2 light, 0 no wish.
    void take(const QString& space, const QString& key, const QVariant& value);

signals:
    void changed();

private slots:
    void settingChanged(const QString& space, const QString& key, const QDBusVariant& value);

private:
    void ask(const QString& space, const QString& key);
    const bool paletteDark_;
    bool dark_;
    std::optional<bool> reducedMotion_;
};

} // namespace firmament::window
