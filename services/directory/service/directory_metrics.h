// What hotline-directory counts. Thread-safe.
#pragma once

#include "services/runtime/metrics.h"

namespace hotline::directory {

struct DirectoryMetrics {
  explicit DirectoryMetrics(Metrics& metrics)
      : revision(metrics.AddGauge("hotline_directory_revision", "The latest revision.")),
        nodes(metrics.AddGauge("hotline_directory_nodes", "Places and bodies.")),
        imports(metrics.AddGauge("hotline_directory_imports",
                                 "Imports under way; two are let in, others are refused.")),
        requests(metrics.AddCounter("hotline_directory_requests_total", "Requests answered.")),
        failed(metrics.AddCounter("hotline_directory_failed_total",
                                  "Requests that failed for a reason of ours.")),
        refused_imports(metrics.AddCounter("hotline_directory_refused_imports_total",
                                           "Imports that had errors.")) {}

  Gauge revision;
  Gauge nodes;
  Gauge imports;
  Counter requests;
  Counter failed;
  Counter refused_imports;
};

}  // namespace hotline::directory
