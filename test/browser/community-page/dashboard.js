// Works as pages around the community script's file do: splits at line breaks and at `","`, and puts what it finds into HTML as it is,
// between tags, into attributes and into scripts.

const file = new URLSearchParams(location.search).get('file')

async function show() {
  const text = await (await fetch(file)).text()
  const [, ...lines] = text.trim().split(/\r?\n/)
  const rows = lines.map(line => line.replace(/^"|"$/g, '').split('","'))
  document.getElementById('rows').innerHTML = rows
    .map(cells => {
      const name = cells[7]
      const counts = cells.slice(1, 7).map(count => `<td>${count}</td>`)
      return `<tr title="${name}" data-name='${name}' onclick="choose('${name}')"><td>${name}</td>${counts.join('')}</tr>`
    })
    .join('')
  const totals = [1, 2, 3, 4, 5, 6].map(column => rows.reduce((sum, cells) => sum + Number(cells[column]), 0))
  document.getElementById('totals').textContent = totals.join(' ')
}

const chosen = []
window.choose = name => chosen.push(name)
window.chosen = chosen

void show()
