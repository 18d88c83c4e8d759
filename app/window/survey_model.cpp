#include "app/window/survey_model.h"

#include <algorithm>

#include "app/window/controller.h"

namespace firmament::window {

SurveyModel::SurveyModel(Controller& controller, const SurveyLibrary& library, QObject* parent)
    : QAbstractListModel(parent), c_(controller), library_(library)
{
    connect(&library_, &SurveyLibrary::changed, this, &SurveyModel::redraw);
}

void SurveyModel::setRows(std::vector<int> rows)
{
    if (rows == rows_) return;
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
}

int SurveyModel::rowOf(const QString& source) const
{
    const auto it = std::find(rows_.begin(), rows_.end(), library_.indexOf(source));
    return it == rows_.end() ? -1 : static_cast<int>(it - rows_.begin());
}

int SurveyModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

bool SurveyModel::isFavourite(const SurveyFacts& facts) const
{
    const auto& all = c_.settings().favourites;
    return std::find(all.begin(), all.end(), facts.entry.source.toStdString()) != all.end();
}

bool SurveyModel::isOnSky(const SurveyFacts& facts) const
{
    const std::string source = facts.entry.source.toStdString();
    return std::any_of(c_.document().layers.begin(), c_.document().layers.end(), [&](const scene::LayerState& l) {
        const auto* s = std::get_if<scene::SurveyState>(&l.content);
        return s && s->source == source;
    });
}

void SurveyModel::redraw(const QSet<int>& indices)
{
    for (int row = 0; row < rowCount(); ++row)
        if (indices.contains(indexAt(row))) emit dataChanged(index(row), index(row));
}

QVariant SurveyModel::data(const QModelIndex& at, int role) const
{
    if (!at.isValid() || at.row() >= rowCount()) return {};
    const SurveyFacts& f = facts(at.row());
    switch (role) {
    case Qt::DisplayRole: return f.title();
    case Qt::AccessibleTextRole: {
        QStringList words{f.title(), bandText(f), yearsText(f)};
        if (const QString r = resolutionText(f); !r.isEmpty()) words << tr("resolution %1").arg(r);
        if (const QString part = coverageText(f); !part.isEmpty()) words << tr("covers %1 of the sky").arg(part);
        words << healthText(f, c_.offline());
        if (isFavourite(f)) words << tr("favourite");
        if (isOnSky(f)) words << tr("is a layer");
        words.removeAll(QString());
        return words.join(QStringLiteral(", "));
    }
    case Qt::AccessibleDescriptionRole: return f.entry.credit;
    case Qt::ToolTipRole: {
        QStringList lines{f.title(), bandText(f)};
        if (const QString r = resolutionText(f); !r.isEmpty()) lines << tr("Pixels of %1 in its deepest tiles").arg(r);
        if (const QString part = coverageText(f); !part.isEmpty()) lines << tr("Covers %1 of the sky").arg(part);
        if (!f.trouble.isEmpty()) lines << f.trouble;
        lines << f.entry.source << f.entry.credit;
        lines.removeAll(QString());
        return lines.join(QLatin1Char('\n'));
    }
    default: return {};
    }
}

} // namespace firmament::window
