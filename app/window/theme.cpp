#include "app/window/theme.h"

#include <QRegularExpression>
#include <cmath>
#include <nlohmann/json.hpp>

namespace firmament::window {

namespace {

/// "#RRGGBB" or CSS order "#RRGGBBAA".
QColor parseColour(const QString& text)
{
    if (text.size() == 9) {
        QColor c(text.left(7));
        c.setAlpha(text.mid(7, 2).toInt(nullptr, 16));
        return c;
    }
    return QColor(text);
}

double linear(double v)
{
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& c)
{
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF());
}

QString css(const QColor& c)
{
    return QStringLiteral("rgba(%1,%2,%3,%4)").arg(c.red()).arg(c.green()).arg(c.blue()).arg(c.alpha());
}

} // namespace

QString themeWord(ThemeName name)
{
    switch (name) {
    case ThemeName::Light: return QStringLiteral("light");
    case ThemeName::Night: return QStringLiteral("night");
    case ThemeName::Dark: break;
    }
    return QStringLiteral("dark");
}

ThemeName themeFromWord(const QString& word, ThemeName otherwise)
{
    for (ThemeName t : kThemes)
        if (themeWord(t) == word.toLower()) return t;
    return otherwise;
}

double contrast(const QColor& a, const QColor& b)
{
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

QColor Theme::operator[](const char* token) const
{
    const auto it = colours_.constFind(QByteArray(token));
    return it == colours_.cend() ? QColor(255, 0, 255) : *it;
}

QString Theme::fill(QString text) const
{
    static const QRegularExpression mark(QStringLiteral("\\{\\{([A-Za-z]+)(?:@([0-9.]+))?\\}\\}"));
    QString out;
    out.reserve(text.size());
    qsizetype from = 0;
    for (auto it = mark.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch m = it.next();
        out += QStringView(text).mid(from, m.capturedStart() - from);
        QColor c = (*this)[m.captured(1).toLatin1().constData()];
        if (!m.captured(2).isEmpty()) c.setAlphaF(m.captured(2).toFloat());
        out += css(c);
        from = m.capturedEnd();
    }
    out += QStringView(text).mid(from);
    return out;
}

Expected<QHash<int, Theme>> readThemes(const QByteArray& json)
{
    const auto root = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
    if (root.is_discarded() || !root.contains("theme")) {
        return Error{Errc::Parse, "expected a JSON object with \"theme\"", "theme.json"};
    }
    QHash<int, Theme> themes;
    for (ThemeName name : kThemes) {
        const std::string word = themeWord(name).toStdString();
        if (!root["theme"].contains(word)) return Error{Errc::Parse, "the theme \"" + word + "\" is missing", "theme.json"};
        Theme theme;
        theme.name = name;
        const auto& tokens = root["theme"][word];
        for (const auto& [key, value] : tokens.items()) {
            if (value.is_string()) {
                const QColor c = parseColour(QString::fromStdString(value.get<std::string>()));
                if (c.isValid()) theme.colours_.insert(QByteArray::fromStdString(key), c);
            }
        }
        for (const auto& [key, value] : tokens.items()) { // "panelAlpha" belongs to "panel"
            if (!value.is_number() || !key.ends_with("Alpha")) continue;
            const auto it = theme.colours_.find(QByteArray::fromStdString(key.substr(0, key.size() - 5)));
            if (it != theme.colours_.end()) it->setAlphaF(value.get<float>());
        }
        themes.insert(static_cast<int>(name), theme);
    }
    return themes;
}

double Metrics::operator()(const QByteArray& name, bool touch) const
{
    if (touch)
        if (const auto it = touch_.constFind(name); it != touch_.cend()) return *it;
    return usual_.value(name, 0);
}

QString Metrics::fill(QString text, bool touch) const
{
    static const QRegularExpression mark(QStringLiteral("\\[\\[([A-Za-z.]+)([+-][0-9]+)?\\]\\]"));
    QString out;
    out.reserve(text.size());
    qsizetype from = 0;
    for (auto it = mark.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch m = it.next();
        out += QStringView(text).mid(from, m.capturedStart() - from);
        out += QString::number((*this)(m.captured(1).toLatin1(), touch) + m.captured(2).toInt());
        from = m.capturedEnd();
    }
    out += QStringView(text).mid(from);
    return out;
}

Expected<Metrics> readMetrics(const QByteArray& json)
{
    const auto root = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
    if (root.is_discarded() || !root.contains("size") || !root.contains("touch") || !root.contains("font"))
        return Error{Errc::Parse, "expected a JSON object with \"size\", \"touch\" and \"font\"", "theme.json"};
    Metrics out;
    const auto read = [](const nlohmann::json& from, const std::string& prefix, QHash<QByteArray, double>& to) {
        for (const auto& [key, value] : from.items()) {
            const QByteArray name = QByteArray::fromStdString(prefix + key);
            if (value.is_number()) to.insert(name, value.get<double>());
            if (!value.is_array() || value.size() != 2) continue;
            to.insert(name + "Width", value[0].get<double>());
            to.insert(name + "Height", value[1].get<double>());
        }
    };
    read(root["size"], {}, out.usual_);
    read(root["font"]["size"], "font.", out.usual_);
    read(root["touch"], {}, out.touch_);
    read(root["touch"]["font"], "font.", out.touch_);
    // What is not listed for fingers grows with the body text.
    const double grow = out("font.body", true) / std::max(1.0, out("font.body", false));
    for (const char* name : {"font.control", "font.title", "font.display"})
        if (!out.touch_.contains(name)) out.touch_.insert(name, std::round(out(name, false) * grow * 2) / 2);
    return out;
}

} // namespace firmament::window
