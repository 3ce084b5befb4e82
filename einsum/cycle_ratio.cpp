#include "einsum/cycle_ratio.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/howard_cycle_ratio.hpp>

namespace tilewright {

double largest_cycle_ratio(std::size_t vertices, const std::vector<TimedEdge>& edges) {
  using Weights = boost::property<boost::edge_weight_t, double, boost::property<boost::edge_weight2_t, double>>;
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Weights>;
  Graph graph(vertices);
  for (const TimedEdge& edge : edges) boost::add_edge(edge.from, edge.to, Weights(edge.time, edge.rounds), graph);
  if (edges.empty()) return 0;
  const double ratio =
      boost::maximum_cycle_ratio(graph, boost::get(boost::vertex_index, graph),
                                 boost::get(boost::edge_weight, graph), boost::get(boost::edge_weight2, graph));
  return std::max(0.0, ratio);  // without a circle it is less than any number
}

}  // namespace tilewright
