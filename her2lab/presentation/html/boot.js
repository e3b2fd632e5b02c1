"use strict";
// The buttons are named one by one, and the address of the "share" service is empty: no figure leaves this page.
const options = {
  responsive: true,
  displaylogo: false,
  displayModeBar: "hover",
  plotlyServerURL: "",
  modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]],
};
// Draw each figure from the data beside it, and fit all of them to the paper before printing.
for (const data of document.querySelectorAll("script.figure-data")) {
  const figure = JSON.parse(data.textContent);
  Plotly.newPlot(document.getElementById(data.dataset.for), figure.data, figure.layout, options);
}
window.addEventListener("beforeprint", () => {
  for (const place of document.querySelectorAll(".plot")) Plotly.Plots.resize(place);
});
