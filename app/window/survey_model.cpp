#include "app/window/survey_model.h"

#include "app/window/omni_engine.h"
#include "hips/survey_list.h"
#include "sky/frame.h"

namespace firmament::window {

std::vector<SurveyEntry> readSurveyList()
{
    std::vector<SurveyEntry> out;
    const auto known = hips::knownSurveys();
    if (!known) return out; // the list is compiled in; its own test sees to it
    out.reserve(known->size());
    for (const hips::SurveyInfo& s : *known) {
        SurveyEntry e;
        e.id = QString::fromStdString(s.id);
        e.source = e.id;
        e.title = QString::fromStdString(s.title);
        e.band = QString::fromStdString(s.band);
        e.regime = QString::fromStdString(s.regime);
        e.credit = QString::fromStdString(s.credit);
        e.frame = s.body.empty() ? QString::fromLatin1(sky::frameName(s.frame)) : QString::fromStdString(s.body);
        e.order = s.orderMax;
        e.searchText = e.title + QLatin1Char(' ') + e.band + QLatin1Char(' ') + e.regime + QLatin1Char(' ') + e.id + QLatin1Char(' ') + e.credit;
        out.push_back(std::move(e));
    }
    return out;
}

QStringList regimesOf(const std::vector<SurveyEntry>& entries)
{
    QStringList out;
    for (const SurveyEntry& e : entries)
        if (!e.regime.isEmpty() && !out.contains(e.regime)) out << e.regime;
    return out;
}

SurveyModel::SurveyModel(const std::vector<SurveyEntry>& all, QObject* parent) : QAbstractListModel(parent), all_(all)
{
    setFilter({}, {});
}

void SurveyModel::setFilter(const QString& text, const QString& regime, const QSet<QString>* onlyIds)
{
    beginResetModel();
    shown_.clear();
    for (const SurveyEntry& e : all_) {
        if (!regime.isEmpty() && e.regime != regime) continue;
        if (onlyIds && !onlyIds->contains(e.id)) continue;
        if (!text.isEmpty() && matchScore(text, e.searchText) <= 0) continue;
        shown_.push_back(&e);
    }
    endResetModel();
}

int SurveyModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

QVariant SurveyModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const SurveyEntry& e = entry(index.row());
    switch (role) {
    case Qt::DisplayRole: return e.title;
    case Qt::AccessibleTextRole: return QStringLiteral("%1, %2, %3").arg(e.title, e.band, e.regime);
    case Qt::ToolTipRole: return QStringLiteral("%1\n%2\n%3\n%4").arg(e.title, e.band, e.id, e.credit);
    default: return {};
    }
}

} // namespace firmament::window
