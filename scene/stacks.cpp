#include "scene/stacks.h"

#include <algorithm>
#include <utility>

namespace firmament::scene {

namespace {

bool isVisibleSurvey(const LayerState& layer)
{
    return layer.visible && layer.opacity > 0 && std::holds_alternative<SurveyState>(layer.content);
}

/// The next visible survey below `from`, an index of `layers`; 0 when there is none.
LayerId surveyBelow(const std::vector<LayerState>& layers, size_t from)
{
    for (size_t i = from; i-- > 0;)
        if (isVisibleSurvey(layers[i])) return layers[i].id;
    return 0;
}

/// Hides the topmost visible survey that has another below it; false when there is none.
bool peel(std::vector<LayerState>& layers)
{
    for (size_t i = layers.size(); i-- > 0;) {
        if (!isVisibleSurvey(layers[i])) continue;
        if (surveyBelow(layers, i) == 0) return false;
        layers[i].visible = false;
        return true;
    }
    return false;
}

void gatherGroups(std::vector<LayerState>& layers)
{
    std::vector<LayerState> top; // top first
    top.reserve(layers.size());
    std::vector<bool> taken(layers.size(), false);
    for (size_t i = layers.size(); i-- > 0;) {
        if (taken[i]) continue;
        const GroupId group = layers[i].group;
        for (size_t k = i + 1; k-- > 0;) {
            if (taken[k] || (k != i && (group == 0 || layers[k].group != group))) continue;
            taken[k] = true;
            top.push_back(layers[k]);
        }
    }
    std::reverse(top.begin(), top.end());
    layers = std::move(top);
}

} // namespace

size_t paneCount(const Document& document)
{
    return document.compare.mode == CompareMode::Panes && document.panes.size() > 1 ? document.panes.size() : 1;
}

const std::vector<LayerState>& stackOf(const Document& document, size_t pane)
{
    if (paneCount(document) == 1 || pane == document.compare.active || pane >= document.panes.size()) return document.layers;
    return document.panes[pane].layers;
}

ComparedPair comparedPair(const Document& document)
{
    const auto& layers = document.layers;
    for (size_t i = 0; i < layers.size(); ++i)
        if (layers[i].id == document.compare.layer && layers[i].visible && layers[i].opacity > 0) return {layers[i].id, surveyBelow(layers, i)};
    for (size_t i = layers.size(); i-- > 0;)
        if (isVisibleSurvey(layers[i])) return {layers[i].id, surveyBelow(layers, i)};
    return {};
}

void setPaneCount(Document& d, size_t count)
{
    const size_t now = paneCount(d);
    if (count != 2 && count != 4) {
        d.panes.clear();
        d.compare.active = 0;
        if (d.compare.mode == CompareMode::Panes) d.compare.mode = CompareMode::Off;
        return;
    }
    d.compare.mode = CompareMode::Panes;
    if (count < now && d.compare.active >= count) activatePane(d, count - 1); // of those that stay
    if (now == 1) d.compare.active = 0;
    d.panes.resize(count);
    std::vector<LayerState> next = d.layers;
    // What the panes there are show already is not shown once more.
    for (size_t i = 1; i < now; ++i) (void)peel(next);
    for (size_t i = now; i < count; ++i) {
        (void)peel(next);
        d.panes[i].layers = next;
    }
}

void activatePane(Document& d, size_t pane)
{
    if (paneCount(d) == 1 || pane >= d.panes.size() || pane == d.compare.active) return;
    d.panes[d.compare.active].layers = std::exchange(d.layers, std::move(d.panes[pane].layers));
    d.panes[pane].layers.clear();
    d.compare.active = static_cast<uint32_t>(pane);
}

GroupId freeGroupId(const Document& d)
{
    GroupId id = 1;
    for (const LayerGroup& g : d.groups) id = std::max(id, g.id + 1);
    return id;
}

const LayerGroup* findGroup(const Document& d, GroupId id)
{
    const auto it = std::find_if(d.groups.begin(), d.groups.end(), [id](const LayerGroup& g) { return g.id == id; });
    return it == d.groups.end() || id == 0 ? nullptr : &*it;
}

void tidyGroups(Document& d)
{
    const auto each = [&d](auto&& act) {
        act(d.layers);
        for (PaneState& pane : d.panes) act(pane.layers);
    };
    each([&d](std::vector<LayerState>& layers) {
        bool any = false;
        for (LayerState& layer : layers) {
            if (layer.group != 0 && !findGroup(d, layer.group)) layer.group = 0;
            any = any || layer.group != 0;
        }
        if (any) gatherGroups(layers);
    });
    std::erase_if(d.groups, [&](const LayerGroup& g) {
        bool used = false;
        each([&](const std::vector<LayerState>& layers) {
            used = used || std::any_of(layers.begin(), layers.end(), [&](const LayerState& l) { return l.group == g.id; });
        });
        return !used;
    });
}

void placeLayer(Document& d, LayerId id, size_t index, GroupId group)
{
    const auto it = std::find_if(d.layers.begin(), d.layers.end(), [id](const LayerState& l) { return l.id == id; });
    if (it == d.layers.end()) return;
    LayerState moved = std::move(*it);
    moved.group = group;
    d.layers.erase(it);
    d.layers.insert(d.layers.begin() + static_cast<std::ptrdiff_t>(std::min(index, d.layers.size())), std::move(moved));
    tidyGroups(d);
}

void placeGroup(Document& d, GroupId group, size_t index)
{
    std::vector<LayerState> members, others;
    for (LayerState& layer : d.layers) (group != 0 && layer.group == group ? members : others).push_back(std::move(layer));
    others.insert(others.begin() + static_cast<std::ptrdiff_t>(std::min(index, others.size())), std::make_move_iterator(members.begin()),
                  std::make_move_iterator(members.end()));
    d.layers = std::move(others);
    tidyGroups(d);
}

} // namespace firmament::scene
