// What every widget asks for its looks: the theme in force, fonts, tinted icons, the style sheet.
#pragma once

#include <QFont>
#include <QHash>
#include <QIcon>
#include <QObject>
#include <QPalette>
#include <QPixmap>

#include "app/window/theme.h"

namespace firmament::window {

enum class TextRole : uint8_t { Display, Title, Body, Control, Small, Caption, Rail };

class Style : public QObject {
    Q_OBJECT
public:
    explicit Style(ThemeName theme);

    const Theme& theme() const { return *theme_; }
    QColor operator[](const char* token) const { return (*theme_)[token]; }
    void setTheme(ThemeName name);
    /// Larger controls and text, for fingers.
    void setTouch(bool on);
    bool touch() const { return touch_; }
    /// "control", "panelHeader" and the like of theme.json, as they are now, in whole logical pixels.
    int size(const char* name) const;
    /// A square control of `usual` logical pixels, as large as a finger needs in touch size.
    QSize box(const QSize& usual) const;
    int hitSlop() const; ///< how far beside it a touch still hits: 0 without touch size
    /// What is behind the sky: dark in the light theme too.
    QColor skyGround() const;
    /// A colour for what lies on the sky: that of the dark theme in the light one too.
    QColor onSky(const char* token) const;
    QColor veil(float alpha) const; ///< a little light over what lies on the sky: edges, pointed and pressed buttons
    bool dark() const { return theme_->name != ThemeName::Light; }

    QFont font(TextRole role, int weight = 400) const;
    QFont monoFont(double pixels) const;
    /// The icon at `size` logical pixels in one colour. Cached.
    QPixmap pixmap(const QString& icon, int size, const QColor& colour, double ratio) const;
    /// For menus and standard buttons: normal, disabled, checked.
    QIcon icon(const QString& icon, int size = 16) const;
    QPalette palette() const;
    QString sheet() const;
    bool reducedMotion = false;
    /// 0 with reduced motion.
    int duration(int ms) const { return reducedMotion ? 0 : ms; }

signals:
    void changed();

private:
    QHash<int, Theme> themes_;
    const Theme* theme_;
    Metrics metrics_;
    bool touch_ = false;
    mutable QHash<QString, QPixmap> pixmaps_;
    mutable QHash<QString, QByteArray> sources_;
};

} // namespace firmament::window
