/* global $, Papa */
// The way to be compared with: the file is asked for anew, read as a whole, and the whole table is made anew as one text of HTML.

const counts = ['Critical', 'High', 'Medium', 'Low', 'Info', 'Total']

function refresh() {
  Papa.parse('detections.csv', {
    download: true,
    header: true,
    skipEmptyLines: true,
    complete: ({ data }) => {
      const rows = data.map(row => {
        const alarm = Number(row.Detections_Critical) > 0 ? ' class="alarm"' : ''
        const cells = counts.map(count => `<td>${row[`Detections_${count}`]}</td>`)
        return `<tr${alarm}><td>${$('<i>').text(row.Name).html()}</td>${cells.join('')}</tr>`
      })
      $('#rows').html(rows.join(''))
    },
  })
}

window.addEventListener('online', refresh)
refresh()
