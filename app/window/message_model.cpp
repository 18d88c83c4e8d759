#include "app/window/message_model.h"

#include <algorithm>

namespace firmament::window {

void MessageModel::add(const scene::Message& message)
{
    if (!put(message)) return;
    ++unread_;
    worst_ = std::max(worst_, message.severity);
    emit unreadChanged();
}

void MessageModel::note(const QString& sentence)
{
    put({scene::Severity::Info, tr("Note").toStdString(), sentence.toStdString(), 0});
}

/// False when it was counted with an equal one.
bool MessageModel::put(const scene::Message& message)
{
    // Only the thing and the kind of trouble count: "tile 6/24185: HTTP 503" and "tile 6/24186: HTTP 503" are one story.
    const auto story = [](const scene::Message& m) {
        const size_t colon = m.sentence.find(": ");
        return m.sentence.starts_with("tile ") && colon != std::string::npos ? m.sentence.substr(colon) : m.sentence;
    };
    for (size_t i = 0; i < std::min<size_t>(entries_.size(), 50); ++i) {
        Entry& e = entries_[i];
        if (e.message.thing != message.thing || e.message.severity != message.severity || story(e.message) != story(message)) continue;
        ++e.count;
        e.time = QDateTime::currentDateTime();
        e.message.sentence = message.sentence;
        const QModelIndex at = index(static_cast<int>(i));
        emit dataChanged(at, at);
        return false;
    }
    beginInsertRows({}, 0, 0);
    entries_.push_front({message, QDateTime::currentDateTime(), 1});
    endInsertRows();
    if (entries_.size() > kMost) {
        const int last = static_cast<int>(entries_.size()) - 1;
        beginRemoveRows({}, last, last);
        entries_.pop_back();
        endRemoveRows();
    }
    return true;
}

void MessageModel::clear()
{
    beginResetModel();
    entries_.clear();
    endResetModel();
    markRead();
}

void MessageModel::markRead()
{
    unread_ = 0;
    worst_ = scene::Severity::Info;
    emit unreadChanged();
}

int MessageModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

QVariant MessageModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount()) return {};
    const Entry& e = entries_[static_cast<size_t>(index.row())];
    const QString thing = QString::fromStdString(e.message.thing), sentence = QString::fromStdString(e.message.sentence);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole: return thing.isEmpty() ? sentence : thing + QStringLiteral(": ") + sentence;
    case SeverityRole: return static_cast<int>(e.message.severity);
    case ThingRole: return thing;
    case SentenceRole: return sentence;
    case TimeRole: return e.time;
    case CountRole: return e.count;
    case LayerRole: return QVariant::fromValue<qulonglong>(e.message.layer);
    default: return {};
    }
}

} // namespace firmament::window
